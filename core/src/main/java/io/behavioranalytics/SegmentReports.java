package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.Recomputation;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.segment.SegmentPerformance;
import io.behavioranalytics.segment.SegmentPerformanceFold;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects.Projection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;

/**
 * What can be asked of segments beyond who is in them now. Nothing is written by asking. References take a key or an id. Thread-safe.
 *
 * <p>What was decided (S17) is read from the entries and exits that are kept for ever; what would be is evaluated over all timelines, by
 * the function that live decisions use.
 */
public final class SegmentReports {
    private static final int PAGE = 1_000;
    private static final int MOST_DAYS = 10_000;
    private static final int MOST_SAMPLE = 1_000;

    private final Store store;
    private final Segments segments;
    private final DefinitionsCache definitions;
    private final DecisionSettings settings;
    private final EventCatalog catalog;
    private final InstantSource clock;

    SegmentReports(
            Store store,
            Segments segments,
            DefinitionsCache definitions,
            DecisionSettings settings,
            EventCatalog catalog,
            InstantSource clock) {
        this.store = store;
        this.segments = segments;
        this.definitions = definitions;
        this.settings = settings;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Who was in a segment at an instant, by what had been decided then (S17). Late events that came afterwards change nothing.
     *
     * @param keyOrId which segment
     * @param at the instant; entries and exits that were decided at it count
     * @return whom, in order
     * @throws InvalidDefinitionException if it is the built-in segment, of which no entries are kept
     * @throws UnknownDefinitionException if there is no such segment
     */
    public List<SubjectId> membersAsOf(String keyOrId, Instant at) {
        NavigableSet<SubjectId> members = new TreeSet<>();
        store.ledger().visitMemberships(find(keyOrId).id(), change -> {
            if (!standsSince(change).isAfter(at)) {
                if (change.entered()) {
                    members.add(change.subject());
                } else {
                    members.remove(change.subject());
                }
            }
            return true;
        });
        return List.copyOf(members);
    }

    /** From when on hosts acted on it: a new version of a segment answers for everybody at once, and is recorded afterwards (S16). */
    static Instant standsSince(MembershipChange change) {
        return change.cause() instanceof Cause.Definition ? change.effectiveAt() : change.decidedAt();
    }

    /**
     * Who would have been in a segment at an instant, by what is known of that time today (S17): late events are at their places, and
     * what is past its retention now or was then is gone.
     *
     * @param keyOrId which segment
     * @param version the version of it that is evaluated; other segments are taken as they are now
     * @param at the instant, not after now
     * @return whom, in order
     * @throws IllegalArgumentException if the instant is after now
     * @throws InvalidDefinitionException if it is the built-in segment
     * @throws UnknownDefinitionException if there is no such segment or version
     */
    public List<SubjectId> recomputeAsOf(String keyOrId, long version, Instant at) {
        if (at.isAfter(clock.instant())) {
            throw new IllegalArgumentException("the instant must not be after now: " + at);
        }
        UUID id = find(keyOrId).id();
        List<Segment> versions = store.definitions().history(Kind.SEGMENT, id).stream()
                .filter(record -> !record.deleted())
                .map(DefinitionRecord::json)
                .map(SegmentJson::read)
                .toList();
        Segment asked = versions.stream()
                .filter(segment -> segment.version() == version)
                .findFirst()
                .orElseThrow(() -> new UnknownDefinitionException(Kind.SEGMENT, keyOrId, version));
        // What was demanded later stands in later versions that are the same but for that.
        Segment old = versions.stream()
                .filter(segment -> segment.definedIn() == asked.definedIn())
                .max(Comparator.comparingLong(Segment::version))
                .map(last -> asked.calculatedAt(last.calculations()))
                .orElse(asked);
        List<SubjectId> members = new ArrayList<>();
        if (old.status() == Segment.Status.ACTIVE) {
            Plan plan = planWith(old);
            store.subjects().scan(Projection.TIMELINE, record -> {
                if (Recomputation.isMember(plan, id, record.timeline(), at)) {
                    members.add(record.subject());
                }
                return true;
            });
        }
        return members;
    }

    /**
     * Counts who would be in a segment now, without saving it.
     *
     * @param draft what the segment would be; its status is not asked
     * @param sample how many members are wanted by name, 0 to 1,000
     * @param mayGoOn asked before each subject; false stops, for a caller that does not wait any longer
     * @return the count, and the sample
     * @throws InvalidDefinitionException if a save would refuse the draft, listing everything that is wrong
     * @throws IllegalArgumentException if the sample is out of range
     */
    public SegmentPreview preview(SegmentDraft draft, int sample, BooleanSupplier mayGoOn) {
        if (sample < 0 || sample > MOST_SAMPLE) {
            throw new IllegalArgumentException("the sample must be 0 to " + MOST_SAMPLE + ": " + sample);
        }
        draft.check(catalog::accepts);
        Instant now = clock.instant();
        Defined newest = definitions.newest();
        Segment live = newest.segment(draft.resolvedKey()).orElse(null);
        UUID id = live == null ? new UUID(0, 1) : live.id();
        Segment segment = draft.toSegment(id, 1, 0, now, now);
        Segments.refuseUnfit(draft, segment, newest, catalog, settings.retention(), now);
        Plan plan = planWith(segment.as(Segment.Status.ACTIVE));
        // Those whose hash is least: which they are depends on nobody else but on the members before them.
        TreeSet<SubjectId> least =
                new TreeSet<>(Comparator.comparingLong(SegmentReports::hash).thenComparing(Comparator.naturalOrder()));
        long[] counts = new long[2];
        boolean[] stopped = new boolean[1];
        store.subjects().scan(Projection.TIMELINE, record -> {
            if (!mayGoOn.getAsBoolean()) {
                stopped[0] = true;
                return false;
            }
            counts[0]++;
            if (Recomputation.isMember(plan, id, record.timeline(), now)) {
                counts[1]++;
                least.add(record.subject());
                if (least.size() > sample) {
                    least.pollLast();
                }
            }
            return true;
        });
        return new SegmentPreview(counts[0], counts[1], least.stream().sorted().toList(), !stopped[0]);
    }

    private static long hash(SubjectId subject) {
        CRC32 hash = new CRC32();
        hash.update((subject.kind() + ":" + subject.value()).getBytes(StandardCharsets.UTF_8));
        return hash.getValue();
    }

    /** A plan of one segment in place of the one of its key, and of all others, on which it may depend. */
    private Plan planWith(Segment segment) {
        Defined newest = definitions.newest();
        List<Segment> segments = new ArrayList<>(newest.segments());
        segments.removeIf(
                other -> other.id().equals(segment.id()) || other.key().equals(segment.key()));
        segments.add(segment);
        return definitions.compile(newest.version(), segments, List.of());
    }

    /**
     * How a segment grew, by what was decided on each day.
     *
     * @param keyOrId which segment
     * @param first the first day
     * @param last the last day, not before the first
     * @param zone whose days
     * @return a line for each day
     * @throws IllegalArgumentException if the last day is before the first, or they are more than 10,000 days
     * @throws InvalidDefinitionException if it is the built-in segment, of which no entries are kept
     * @throws UnknownDefinitionException if there is no such segment
     */
    public SegmentGrowth growth(String keyOrId, LocalDate first, LocalDate last, ZoneId zone) {
        return growth(keyOrId, first, last, zone, () -> true);
    }

    /** The same of as many entries and exits as may be taken in, which is asked before each. */
    SegmentGrowth growth(String keyOrId, LocalDate first, LocalDate last, ZoneId zone, BooleanSupplier mayGoOn) {
        long length = last.toEpochDay() - first.toEpochDay() + 1;
        if (length < 1 || length > MOST_DAYS) {
            throw new IllegalArgumentException(
                    "from the first to the last day must be 1 to " + MOST_DAYS + " days: " + first + " to " + last);
        }
        long[] entries = new long[(int) length];
        long[] exits = new long[(int) length];
        long[] before = new long[1];
        store.ledger().visitMemberships(find(keyOrId).id(), change -> {
            if (!mayGoOn.getAsBoolean()) {
                return false;
            }
            long day = ChronoUnit.DAYS.between(first, LocalDays.dayOf(Micros.of(standsSince(change)), zone));
            if (day < 0) {
                before[0] += change.entered() ? 1 : -1;
            } else if (day < length) {
                (change.entered() ? entries : exits)[(int) day]++;
            }
            return true;
        });
        List<SegmentGrowth.Day> days = new ArrayList<>();
        long members = before[0];
        for (int i = 0; i < length; i++) {
            members += entries[i] - exits[i];
            days.add(new SegmentGrowth.Day(first.plusDays(i), entries[i], exits[i], members));
        }
        return new SegmentGrowth(days);
    }

    /**
     * How those who are members now do, held against all other subjects.
     *
     * @param keyOrId which segment
     * @param start the first instant of conversions
     * @param end the first instant that is left out
     * @param conversions the types of event that are conversions
     * @return the two groups
     * @throws IllegalArgumentException if the end is not behind the start, or no type is named
     * @throws InvalidDefinitionException if it is the built-in segment, which has no others beside it
     * @throws UnknownDefinitionException if there is no such segment
     */
    public SegmentPerformance performance(String keyOrId, Instant start, Instant end, Set<EventType> conversions) {
        Instant now = clock.instant();
        SegmentPerformanceFold fold = new SegmentPerformanceFold(
                new SegmentPerformanceFold.Question(start, end, conversions, now, settings.scoring()));
        Set<SubjectId> members = members(find(keyOrId).key());
        store.subjects().scan(Projection.TIMELINE, record -> {
            fold.accumulate(visible(record.timeline(), Micros.of(now)), members.contains(record.subject()));
            return true;
        });
        return fold.result();
    }

    private Set<SubjectId> members(String key) {
        Set<SubjectId> members = new HashSet<>();
        SubjectId after = null;
        while (true) {
            List<SubjectId> page = segments.members(key, after, PAGE);
            members.addAll(page);
            if (page.size() < PAGE) {
                return members;
            }
            after = page.get(PAGE - 1);
        }
    }

    private List<EventView> visible(Timeline timeline, long now) {
        List<EventView> visible = new ArrayList<>();
        for (int i = 0; i < timeline.size() && timeline.micros(i) <= now; i++) {
            EventView event = timeline.view(i);
            if (settings.retention().expiresAt(event) > now) {
                visible.add(event);
            }
        }
        return visible;
    }

    Segment find(String keyOrId) {
        if (keyOrId.equals(Segment.ALL_VISITORS)) {
            throw DefinitionWriter.refusal(
                    "key",
                    "UNSUPPORTED",
                    Segment.ALL_VISITORS + " is built in and keeps no entries: everybody who has an event is in it");
        }
        return definitions.newest().requireSegment(keyOrId);
    }
}
