package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.ProfileFold;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subject as of one version, with all that its next decision needs. Immutable and thread-safe; made to be cached.
 *
 * <p>The events themselves are not kept: the folded state stands for those up to the last decision, and only events that
 * were not visible then stay here. A decision that has to look back asks for the timeline ({@link Decision.NeedsHistory}).
 */
public final class SubjectSnapshot {
    private final SubjectId subject;
    private final long version;
    private final @Nullable SubjectState state;
    private final List<SessionLink> links;
    private final @Nullable Timeline timeline;
    private final List<EventView> ahead;
    private final @Nullable SubjectFold fold;
    private final SubjectMemory memory;
    private final Checkpoints checkpoints;

    private SubjectSnapshot(
            SubjectId subject,
            long version,
            @Nullable SubjectState state,
            List<SessionLink> links,
            @Nullable Timeline timeline,
            List<EventView> ahead,
            @Nullable SubjectFold fold,
            SubjectMemory memory,
            Checkpoints checkpoints) {
        this.subject = subject;
        this.version = version;
        this.state = state;
        this.links = List.copyOf(links);
        this.timeline = timeline;
        this.ahead = List.copyOf(ahead);
        this.fold = fold;
        this.memory = memory;
        this.checkpoints = checkpoints;
    }

    /**
     * A subject as a store keeps it.
     *
     * @param subject who
     * @param version 0 for a subject that does not exist
     * @param state what was decided last, or null if nothing was
     * @param links a session's links
     * @param timeline at least the events later than the state's instant; all events if there is no state
     * @param complete whether the timeline holds all events
     * @return the snapshot
     * @throws UncheckedIOException if the state's bytes are damaged
     */
    public static SubjectSnapshot of(
            SubjectId subject,
            long version,
            @Nullable SubjectState state,
            List<SessionLink> links,
            Timeline timeline,
            boolean complete) {
        List<EventView> ahead = new ArrayList<>();
        long asOf = state == null ? Micros.ALWAYS : Micros.of(state.asOf());
        for (int i = timeline.size() - 1; i >= 0 && timeline.micros(i) > asOf; i--) {
            ahead.add(0, timeline.view(i));
        }
        SubjectMemory memory = new SubjectMemory();
        if (state != null) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.memory()))) {
                memory = SubjectMemory.readFrom(in);
            } catch (IOException e) {
                throw new UncheckedIOException("the stored memory of a subject is damaged", e);
            }
        }
        boolean whole = complete || state == null;
        return new SubjectSnapshot(
                subject, version, state, links, whole ? timeline : null, ahead, null, memory, Checkpoints.NONE);
    }

    /**
     * A subject that does not exist yet.
     *
     * @param subject who
     * @return a snapshot of version 0 without events
     */
    public static SubjectSnapshot absent(SubjectId subject) {
        return of(subject, 0, null, List.of(), Timeline.empty(), true);
    }

    /** This subject after a decision. */
    SubjectSnapshot next(
            @Nullable SubjectState nextState,
            List<SessionLink> nextLinks,
            List<EventView> nextAhead,
            @Nullable SubjectFold nextFold,
            SubjectMemory nextMemory,
            Checkpoints nextCheckpoints) {
        return new SubjectSnapshot(
                subject,
                version + 1,
                nextState,
                nextLinks,
                nextState == null ? Timeline.empty() : null,
                nextAhead,
                nextFold,
                nextMemory,
                nextCheckpoints);
    }

    /**
     * This snapshot with the whole timeline, which may save what it knows of the subject beside.
     *
     * @param loaded the same subject, with its whole timeline
     * @return a snapshot with the timeline: of this one if the versions are equal, else the loaded one
     */
    public SubjectSnapshot with(SubjectSnapshot loaded) {
        if (loaded.version != version || loaded.timeline == null || !loaded.subject.equals(subject)) {
            return loaded;
        }
        return new SubjectSnapshot(subject, version, state, links, loaded.timeline, ahead, fold, memory, checkpoints);
    }

    /**
     * Who.
     *
     * @return the subject
     */
    public SubjectId subject() {
        return subject;
    }

    /**
     * The version that a commit has to expect.
     *
     * @return 0 for a subject that does not exist
     */
    public long version() {
        return version;
    }

    /**
     * What was decided last.
     *
     * @return the state, or empty if nothing was decided yet
     */
    public Optional<SubjectState> state() {
        return Optional.ofNullable(state);
    }

    /**
     * The profile as it was decided last.
     *
     * @return the profile, or empty if nothing was decided yet
     */
    public Optional<Profile> profile() {
        return Optional.ofNullable(state).map(SubjectState::profile);
    }

    /**
     * The session's links.
     *
     * @return the links, empty for a lead
     */
    public List<SessionLink> links() {
        return links;
    }

    /**
     * Whether the session belongs to a lead at an instant.
     *
     * @param instant the instant
     * @return false for a lead, for a session that nobody is linked to yet, and for one that was unlinked since
     */
    public boolean isLinkedAt(Instant instant) {
        return !Ownership.counting(Micros.of(instant), links).isEmpty();
    }

    /**
     * The number of events, those not yet visible included, as far as it is known without reading them.
     *
     * @return the number
     */
    public long events() {
        if (timeline != null) {
            return timeline.size();
        }
        if (fold != null) {
            return ahead.size() + fold.events();
        }
        return ahead.size() + (state == null ? 0 : SubjectFold.events(state.accumulators()));
    }

    /**
     * The memory that it takes, roughly.
     *
     * @return bytes
     */
    public long weight() {
        long weight = 300 + 900L * ahead.size() + memory.weight() + checkpoints.weight() + 160L * links.size();
        if (fold != null) {
            weight += fold.weight();
        }
        if (state != null) {
            weight += 300 + state.accumulators().length + state.memory().length;
        }
        if (timeline != null) {
            weight += 300L * timeline.size();
        }
        return weight;
    }

    /**
     * The actions that the subject's memory takes for pending, so that a later event may cancel them.
     *
     * @return their ids
     */
    public List<UUID> pendingActions() {
        return memory.pending().isEmpty()
                ? List.of()
                : memory.pending().stream().map(SubjectMemory.Pending::actionId).toList();
    }

    /**
     * This snapshot with some actions forgotten, for which nothing is left to cancel.
     *
     * @param settled the ids of actions that are done, dead or cancelled
     * @return the snapshot, of the same version; its next decision makes it durable
     */
    public SubjectSnapshot without(Set<UUID> settled) {
        SubjectMemory shorter = memory.copy();
        shorter.forget(settled);
        return new SubjectSnapshot(subject, version, state, links, timeline, ahead, fold, shorter, checkpoints);
    }

    /** Whether it is known without reading the timeline that every event lies before a place in the order. */
    boolean endsBefore(EventKey key, Plan plan) {
        if (timeline != null) {
            return timeline.lowerBound(key) == timeline.size();
        }
        if (state == null
                || (!ahead.isEmpty() && ahead.get(ahead.size() - 1).key().compareTo(key) >= 0)) {
            return false;
        }
        if (key.micros() > asOf()) {
            return true;
        }
        // An event that is past its retention is not folded any more, but it is still there.
        if (!plan.settings().retention().equals(Retention.unlimited())) {
            return false;
        }
        if (fold != null) {
            return fold.plan().shape() == plan.shape() && isBefore(fold.last(), key);
        }
        return SubjectFold.shape(state.accumulators()) == plan.shape()
                && isBefore(SubjectFold.last(state.accumulators()), key);
    }

    private static boolean isBefore(@Nullable EventKey last, EventKey key) {
        return last == null || last.compareTo(key) < 0;
    }

    @Nullable
    Timeline timeline() {
        return timeline;
    }

    List<EventView> ahead() {
        return ahead;
    }

    SubjectMemory memory() {
        return memory;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    long asOf() {
        return state == null ? Micros.ALWAYS : Micros.of(state.asOf());
    }

    /**
     * What the profile was made of at the last decision.
     *
     * @param plan the definitions of the last decision
     * @return a copy, or empty if nothing was decided yet, or under a plan of another shape
     */
    public Optional<ProfileFold> profileFold(Plan plan) {
        return Optional.ofNullable(fold(plan)).map(known -> known.profile().copy());
    }

    /** A fold of all events up to the last decision, to go on from; null if it must be made anew under this plan. */
    @Nullable
    SubjectFold fold(Plan plan) {
        if (state == null) {
            return null;
        }
        if (fold != null && fold.plan() == plan) {
            return fold.copy();
        }
        SubjectFold continued = null;
        if (fold != null && fold.plan().shape() == plan.shape()) {
            SubjectFold same = fold.under(plan);
            continued = same.fitsCalculations() ? same : null;
        } else if (fold == null) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.accumulators()))) {
                continued = SubjectFold.readFrom(in, plan);
            } catch (IOException e) {
                throw new UncheckedIOException("the stored accumulators of a subject are damaged", e);
            }
        }
        if (continued != null) {
            continued.evaluateAll(asOf());
        }
        return continued;
    }

    static byte[] bytes(SubjectFold fold) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            fold.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static byte[] bytes(SubjectMemory memory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            memory.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
