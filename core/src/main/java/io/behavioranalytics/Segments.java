package io.behavioranalytics;

import io.behavioranalytics.DefinitionWriter.Change;
import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentContext;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The segments and their members. References take a key or an id; {@value Segment#ALL_VISITORS} is built in. Thread-safe.
 *
 * <p>A change of who belongs to a segment is calculated in the background, see {@link #recalculation()}; until it is through the
 * version before it answers alone: members, profiles, conditions and triggers know no other (S16).
 */
public final class Segments {
    private static final int READS = 20;

    private static final UUID NOBODY = new UUID(0, 0);

    private final Store store;
    private final DefinitionsCache definitions;
    private final Rollouts rollouts;
    private final Recalculation recalculation;
    private final DefinitionWriter writer;
    private final EventCatalog catalog;
    private final Retention retention;
    private final Tracking tracking;
    private final InstantSource clock;
    private final EventIds ids;

    Segments(
            Store store,
            DefinitionsCache definitions,
            Rollouts rollouts,
            Recalculation recalculation,
            EventCatalog catalog,
            Retention retention,
            Tracking tracking,
            InstantSource clock,
            EventIds ids) {
        this.store = store;
        this.definitions = definitions;
        this.rollouts = rollouts;
        this.recalculation = recalculation;
        this.writer = new DefinitionWriter(store, definitions, recalculation);
        this.catalog = catalog;
        this.retention = retention;
        this.tracking = tracking;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Defines a segment.
     *
     * <p>It has its members once everybody was decided on it, all of them at the same instant; until then it has none. Where nobody is
     * known yet it is in force at once.
     *
     * @param draft what it is
     * @return the segment
     * @throws InvalidDefinitionException listing everything that is wrong
     * @throws DuplicateKeyException if another segment has its key
     */
    public Segment create(SegmentDraft draft) {
        Objects.requireNonNull(draft, "draft");
        Instant now = clock.instant();
        UUID id = ids.next(now);
        return writer.save(newest -> {
            DefinitionWriter.refuseIfAny(violations(draft, newest, now));
            Rollout rollout = draft.status() == Segment.Status.ACTIVE && isAnybodyDecided()
                    ? newest.rollout().beginning(id, null)
                    : newest.rollout();
            Segment segment = draft.toSegment(id, 1, newest.version() + 1, now, now);
            newest.requireFree(Kind.SEGMENT, segment.key(), segment.id());
            SegmentReferences.refuseCircles(newest, segment);
            return change(segment, rollout);
        });
    }

    /**
     * Changes a segment: makes a new version of it.
     *
     * <p>If others belong to it from now on, the new version is calculated beside the one before it, which alone answers until everybody
     * was decided on the new one (S16). A version that is still being calculated is given up for the next. A new name, description,
     * key, tag or visibility is in force at once, and so is switching it off.
     *
     * @param keyOrId which
     * @param draft all that it is from now on; without a key it keeps its own
     * @return the new version
     * @throws InvalidDefinitionException listing everything that is wrong; also if segments would refer to each other in a circle, or if
     *     a segment, trigger or experiment names it by a key that changes
     * @throws DuplicateKeyException if another segment has its key
     * @throws UnknownDefinitionException if there is no such segment
     */
    public Segment update(String keyOrId, SegmentDraft draft) {
        Objects.requireNonNull(draft, "draft");
        refuseBuiltIn(keyOrId);
        Instant now = clock.instant();
        Segment changed = writer.save(newest -> {
            Segment old = newest.requireSegment(keyOrId);
            DefinitionWriter.refuseIfAny(violations(draft, newest, now));
            Segment segment = draft.toNext(old, newest.version() + 1, now);
            newest.requireFree(Kind.SEGMENT, segment.key(), segment.id());
            SegmentReferences.refuseCircles(newest, segment);
            if (!segment.key().equals(old.key())) {
                SegmentReferences.refuseIfUsed(newest, old.key());
            }
            if (segment.hasMembersOf(old)) {
                return change(segment, newest.rollout());
            }
            return change(segment, isAnybodyDecided() ? newest.rollout().beginning(old.id(), old) : newest.rollout());
        });
        if (changed.status() != Segment.Status.ACTIVE) {
            rollouts.advance(0); // nothing has to be calculated to know that nobody is in it
        }
        return changed;
    }

    /**
     * Withdraws the version of a segment that is being calculated: the one that answers goes on to, as the newest version; nobody enters
     * or leaves the segment by that. A segment that never had another version is deleted.
     *
     * @param keyOrId which
     * @return the version that is the newest from now on, or empty if the segment is deleted
     * @throws InvalidDefinitionException if nothing of it is being calculated, if the one to be deleted is used by others, or if what was
     *     saved meanwhile and the version that answers would refer to each other in a circle, or let triggers cause each other for ever
     * @throws DuplicateKeyException if another segment has taken the key of the version that answers
     * @throws UnknownDefinitionException if there is no such segment
     */
    public Optional<Segment> withdraw(String keyOrId) {
        refuseBuiltIn(keyOrId);
        Instant now = clock.instant();
        return writer.save(newest -> {
            Segment withdrawn = newest.requireSegment(keyOrId);
            if (!newest.rollout().isCalculating(withdrawn)) {
                throw DefinitionWriter.refusal(
                        "key", "STATE", "no version of segment '" + withdrawn.key() + "' is being calculated");
            }
            Segment answering = newest.rollout().answering(withdrawn);
            if (answering == null) {
                SegmentReferences.refuseIfUsed(
                        newest, withdrawn.key(), withdrawn.id().toString());
                return new Change<>(
                        record(withdrawn, withdrawn.version() + 1, true), newest.rollout(), Optional.empty());
            }
            if (!answering.key().equals(withdrawn.key())) {
                SegmentReferences.refuseIfUsed(newest, withdrawn.key());
            }
            Segment again = answering.renewed(withdrawn.version() + 1, now);
            newest.requireFree(Kind.SEGMENT, again.key(), again.id());
            SegmentReferences.refuseCircles(newest, again);
            return new Change<>(record(again, again.version(), false), newest.rollout(), Optional.of(again));
        });
    }

    /**
     * Calculates a behavioral segment as of now, beside its schedule: everybody is decided anew in the background, see {@link
     * #recalculation()}, and enters or leaves as of this instant. {@link SegmentView#lastCalculated} is this instant once everybody was.
     * A version that is being calculated is calculated as of now, too.
     *
     * @param keyOrId which
     * @return its next version, in which the calculation is written down
     * @throws InvalidDefinitionException if it is not behavioral, or not active
     * @throws UnknownDefinitionException if there is no such segment
     */
    public Segment calculate(String keyOrId) {
        refuseBuiltIn(keyOrId);
        Instant now = clock.instant();
        return writer.save(newest -> {
            Segment old = newest.requireSegment(keyOrId);
            if (!old.isBehavioral()) {
                throw DefinitionWriter.refusal(
                        "key", "UNSUPPORTED", "segment '" + old.key() + "' is not behavioral: it has no calculations");
            }
            if (old.status() != Segment.Status.ACTIVE) {
                throw DefinitionWriter.refusal(
                        "key", "STATE", "segment '" + old.key() + "' is not active: nobody is in it");
            }
            long version = newest.version() + 1;
            Segment next = old.renewed(old.version() + 1, now)
                    .calculatedAt(old.calculations().with(now, version));
            return change(next, newest.rollout().calculating(old.id(), now, version));
        });
    }

    /** Whether anybody was decided without a new definition. */
    boolean isAnybodyDecided() {
        return !store.subjects().decidedBefore(Long.MAX_VALUE, null, 1).isEmpty();
    }

    /**
     * All segments that are defined, by their keys; the built-in one is not among them.
     *
     * @return the newest version of each
     */
    public List<Segment> list() {
        List<Segment> segments = new ArrayList<>(definitions.newest().segments());
        segments.sort((one, other) -> one.key().compareTo(other.key()));
        return segments;
    }

    /**
     * Segments that are defined and meet all that is asked, by their keys.
     *
     * @param type only those of this type, or null for any
     * @param status only those in this status, or null for any
     * @param tag only those with this tag, or null for any
     * @return the newest version of each
     */
    public List<Segment> list(Segment.@Nullable Type type, Segment.@Nullable Status status, @Nullable String tag) {
        List<Segment> segments = list();
        segments.removeIf(segment -> (type != null && segment.type() != type)
                || (status != null && segment.status() != status)
                || (tag != null && !segment.tags().contains(tag)));
        return segments;
    }

    /**
     * A segment and its size.
     *
     * @param keyOrId which
     * @return the segment, or empty if there is none
     */
    public Optional<SegmentView> get(String keyOrId) {
        Instant now = clock.instant();
        if (keyOrId.equals(Segment.ALL_VISITORS)) {
            return Optional.of(new SegmentView(allVisitors(), store.subjects().count(), now, false, null));
        }
        return read(
                newest -> newest.segment(keyOrId).map(segment -> DefinitionCounts.view(store, newest, segment, now)));
    }

    /** Reads members by definitions that are the newest before and after, so that they are those of one version. */
    private <T> T read(Function<Defined, T> reader) {
        for (int attempt = 0; attempt < READS; attempt++) {
            Defined newest = definitions.newest();
            T found = reader.apply(newest);
            if (store.definitions().version() == newest.version()) {
                return found;
            }
        }
        throw new IllegalStateException("the definitions changed " + READS + " times meanwhile: try again later");
    }

    /**
     * Deletes a segment; its members leave it.
     *
     * @param keyOrId which
     * @throws InvalidDefinitionException if segments, triggers or experiments refer to it, naming all of them
     * @throws UnknownDefinitionException if there is no such segment
     */
    public void delete(String keyOrId) {
        refuseBuiltIn(keyOrId);
        writer.save(newest -> {
            Segment segment = newest.requireSegment(keyOrId);
            SegmentReferences.refuseIfUsed(newest, segment.key(), segment.id().toString());
            return new Change<>(record(segment, segment.version() + 1, true), newest.rollout(), segment);
        });
    }

    /**
     * Subjects that are in a segment now, leads first, by their ids; while a new version is calculated, those of the version before it.
     *
     * @param keyOrId which segment
     * @param after only subjects behind this one, or null from the first on
     * @param limit the most subjects, 0 or more
     * @return whom
     * @throws UnknownDefinitionException if there is no such segment
     * @throws IllegalArgumentException if the limit is negative
     */
    public List<SubjectId> members(String keyOrId, @Nullable SubjectId after, int limit) {
        if (!keyOrId.equals(Segment.ALL_VISITORS)) {
            return read(newest -> {
                UUID kept = DefinitionCounts.kept(newest, newest.requireSegment(keyOrId));
                return kept == null
                        ? store.ledger().members(NOBODY, after, limit)
                        : store.ledger().members(kept, after, limit);
            });
        }
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        List<SubjectId> found = new ArrayList<>();
        if (limit > 0) {
            store.subjects().scan(Projection.STATE, record -> {
                if (after == null || record.subject().compareTo(after) > 0) {
                    found.add(record.subject());
                }
                return found.size() < limit;
            });
        }
        return found;
    }

    /**
     * Makes a subject a member of a segment, whatever its criteria say, until it is removed or released. A static segment has no other
     * members. It is an event of the subject's timeline, seen in no total and no score (S10), and so the cause of the entry.
     *
     * @param keyOrId which segment
     * @param subject a lead, or a session whose lead is not known yet
     * @param reason what is kept with the event, at most 8,192 characters, or null
     * @return what became of the event
     * @throws InvalidDefinitionException if it is the built-in segment
     * @throws UnknownDefinitionException if there is no such segment
     * @throws io.behavioranalytics.event.InvalidEventException if the subject's id or the reason cannot be kept
     */
    public TrackResult addMember(String keyOrId, SubjectId subject, @Nullable String reason) {
        return say(EventType.SEGMENT_JOINED, keyOrId, subject, reason);
    }

    /**
     * Takes a subject out of a segment, whatever its criteria say, until it is added or released.
     *
     * @param keyOrId which segment
     * @param subject a lead, or a session whose lead is not known yet
     * @param reason what is kept with the event, at most 8,192 characters, or null
     * @return what became of the event
     * @throws InvalidDefinitionException if it is the built-in segment
     * @throws UnknownDefinitionException if there is no such segment
     * @throws io.behavioranalytics.event.InvalidEventException if the subject's id or the reason cannot be kept
     */
    public TrackResult removeMember(String keyOrId, SubjectId subject, @Nullable String reason) {
        return say(EventType.SEGMENT_LEFT, keyOrId, subject, reason);
    }

    /**
     * Leaves a subject's membership to the segment's criteria again; out of a static segment it is taken.
     *
     * @param keyOrId which segment
     * @param subject a lead, or a session whose lead is not known yet
     * @param reason what is kept with the event, at most 8,192 characters, or null
     * @return what became of the event
     * @throws InvalidDefinitionException if it is the built-in segment
     * @throws UnknownDefinitionException if there is no such segment
     * @throws io.behavioranalytics.event.InvalidEventException if the subject's id or the reason cannot be kept
     */
    public TrackResult releaseMember(String keyOrId, SubjectId subject, @Nullable String reason) {
        return say(EventType.SEGMENT_RELEASED, keyOrId, subject, reason);
    }

    private TrackResult say(EventType type, String keyOrId, SubjectId subject, @Nullable String reason) {
        Objects.requireNonNull(subject, "subject");
        refuseBuiltIn(keyOrId);
        return tracking.membership(
                type, subject, definitions.newest().requireSegment(keyOrId).id(), reason);
    }

    /**
     * Entries and exits in the order in which they were decided.
     *
     * @param keyOrId only this segment, or null for all
     * @param subject only this subject, or null for all
     * @param limit the most changes; the newest are kept
     * @return the changes
     * @throws InvalidDefinitionException if it is the built-in segment, of which no entries are kept
     * @throws UnknownDefinitionException if there is no such segment
     */
    public List<MembershipChange> history(@Nullable String keyOrId, @Nullable SubjectId subject, int limit) {
        if (Segment.ALL_VISITORS.equals(keyOrId)) {
            throw DefinitionWriter.refusal(
                    "key",
                    "UNSUPPORTED",
                    Segment.ALL_VISITORS
                            + " is built in and keeps no entries: its members came with their first event");
        }
        UUID id = keyOrId == null
                ? null
                : definitions.newest().requireSegment(keyOrId).id();
        return store.ledger().memberships(id, subject, limit);
    }

    /**
     * The work in the background after a change of definitions.
     *
     * @return the same object each time
     */
    public Recalculation recalculation() {
        return recalculation;
    }

    private static Change<Segment> change(Segment segment, Rollout rollout) {
        return new Change<>(record(segment, segment.version(), false), rollout, segment);
    }

    static DefinitionRecord record(Segment segment, long version, boolean deleted) {
        return new DefinitionRecord(
                Kind.SEGMENT, segment.id(), segment.key(), version, deleted, SegmentJson.write(segment));
    }

    private static void refuseBuiltIn(String keyOrId) {
        if (keyOrId.equals(Segment.ALL_VISITORS)) {
            throw DefinitionWriter.refusal("key", "NAME", Segment.ALL_VISITORS + " is built in and stays as it is");
        }
    }

    /** Refuses questions about the built-in segment that have one answer. */
    static void refuseToExplain(String keyOrId) {
        if (keyOrId.equals(Segment.ALL_VISITORS)) {
            throw DefinitionWriter.refusal(
                    "key", "UNSUPPORTED", Segment.ALL_VISITORS + " is built in: everybody who has an event is in it");
        }
    }

    private List<Violation> violations(SegmentDraft draft, Defined newest, Instant now) {
        return draft.violations(context(newest, catalog, retention, now));
    }

    /** What a draft is checked against: the segments that are defined, the types of events and how long they are kept. */
    static SegmentContext context(Defined defined, EventCatalog catalog, Retention retention, Instant now) {
        Map<String, Segment> others = new HashMap<>();
        for (Segment segment : defined.segments()) {
            others.put(segment.key(), segment);
            others.put(segment.id().toString(), segment);
        }
        return new SegmentContext(catalog::accepts, catalog::categoryOf, retention, others, now);
    }

    /** Refuses what is only asked about for the reasons for which a save would refuse it. */
    static void refuseUnfit(
            SegmentDraft draft, Segment asked, Defined newest, EventCatalog catalog, Retention retention, Instant now) {
        DefinitionWriter.refuseIfAny(draft.violations(context(newest, catalog, retention, now)));
        SegmentReferences.refuseCircles(newest, asked);
    }

    private static Segment allVisitors() {
        return new Segment(
                new UUID(0, 0),
                Segment.ALL_VISITORS,
                1,
                "All visitors",
                "Everybody who has an event; an identification is one.",
                Segment.Type.DYNAMIC,
                Segment.Status.ACTIVE,
                Criteria.all().build(),
                Calculations.NONE,
                true,
                List.of(),
                0,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
