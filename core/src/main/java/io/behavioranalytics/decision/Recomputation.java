package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.Segment;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A subject's state computed anew from its events, and how what is stored differs from it (S8).
 *
 * @param outdated true if the state was decided on other definitions or settings, so that only the facts were compared
 * @param differences the names of what differs, such as {@code profile.visits}; no values
 */
public record Recomputation(boolean outdated, List<String> differences) {
    /** So many instants are looked at before a due instant is taken for right. */
    private static final int MOST_INSTANTS = 10_000;

    private static final List<Field> PROFILE = List.of(
            new Field("subject", Profile::subject),
            new Field("asOf", Profile::asOf),
            new Field("totalEvents", Profile::totalEvents),
            new Field("uniqueEventTypes", Profile::uniqueEventTypes),
            new Field("visits", Profile::visits),
            new Field("totalTimeSpent", Profile::totalTimeSpent),
            new Field("averageSessionDuration", Profile::averageSessionDuration),
            new Field("engagementScore", Profile::engagementScore),
            new Field("interestScore", Profile::interestScore),
            new Field("intentScore", Profile::intentScore),
            new Field("conversionProbability", Profile::conversionProbability),
            new Field("segments", Profile::segments),
            new Field("behaviorPattern", Profile::behaviorPattern),
            new Field("firstSeen", Profile::firstSeen),
            new Field("lastActivity", Profile::lastActivity));

    /** A field of a profile, and its name. */
    private record Field(String name, Function<Profile, @Nullable Object> of) {}

    /** Copies the names. */
    public Recomputation {
        differences = List.copyOf(differences);
    }

    /**
     * Computes a subject's state anew and compares.
     *
     * @param plan the definitions
     * @param subject who
     * @param stored the state as it is stored
     * @param timeline all events of the subject
     * @param due when it is to be decided again without an event, as stored, or null for never
     * @param segments the segments that it is in, as stored beside the state
     * @return what differs
     */
    public static Recomputation of(
            Plan plan,
            SubjectId subject,
            SubjectState stored,
            Timeline timeline,
            @Nullable Instant due,
            Set<UUID> segments) {
        List<String> differences = new ArrayList<>();
        SubjectMemory memory = memory(stored);
        if (memory == null) {
            differences.add("memory");
        } else if (!answering(memory).equals(segments)) {
            differences.add("memberships");
        }
        if (stored.definitionsVersion() != plan.version() || isOfOtherShape(stored, plan)) {
            return new Recomputation(true, differences);
        }
        long asOf = Micros.of(stored.asOf());
        List<EventView> events = new ArrayList<>(timeline.size());
        for (int i = 0; i < timeline.size(); i++) {
            events.add(timeline.view(i));
        }
        int visible = Decider.firstAt(events, Micros.plus(asOf, 1));
        SubjectFold fold = new SubjectFold(plan);
        fold.replay(events, 0, visible, asOf, asOf, new Checkpoints.Builder(Checkpoints.NONE, null));
        fold.evaluateAll(asOf);
        Profile profile = fold.profile().profile(subject, asOf, fold.keys());
        for (Field field : PROFILE) {
            if (!Objects.equals(field.of.apply(profile), field.of.apply(stored.profile()))) {
                differences.add("profile." + field.name);
            }
        }
        if (!Arrays.equals(SubjectSnapshot.bytes(fold), stored.accumulators())) {
            differences.add("accumulators");
        }
        if (memory != null && !memory.members().keySet().equals(new HashSet<>(fold.memberIds()))) {
            differences.add("members");
        }
        long wanted = due == null ? Micros.NEVER : Micros.of(due);
        long ahead = visible < events.size() ? events.get(visible).micros() : Micros.NEVER;
        if (changesBefore(fold, ahead, wanted)) {
            differences.add("due");
        }
        return new Recomputation(false, differences);
    }

    /** The memberships that are kept with their history. */
    private static Set<UUID> answering(SubjectMemory memory) {
        Set<UUID> answering = new HashSet<>();
        memory.members().forEach((id, member) -> {
            if (!Segment.isApart(member.key())) {
                answering.add(id);
            }
        });
        return answering;
    }

    /**
     * Tells whether a subject belongs to a segment at an instant, by its events alone.
     *
     * @param plan the definitions, the segment active among them
     * @param segmentId the segment
     * @param timeline all events of the subject
     * @param at the instant; later events, and those past their retention at it, are not seen
     * @return true if it is a member
     * @throws IllegalArgumentException if the plan does not evaluate the segment
     */
    public static boolean isMember(Plan plan, UUID segmentId, Timeline timeline, Instant at) {
        if (plan.segments().stream().noneMatch(segment -> segment.id().equals(segmentId))) {
            throw new IllegalArgumentException("segment " + segmentId + " is not evaluated under this plan");
        }
        long asOf = Micros.ofAny(at);
        List<EventView> events = new ArrayList<>();
        for (int i = 0; i < timeline.size() && timeline.micros(i) <= asOf; i++) {
            events.add(timeline.view(i));
        }
        SubjectFold fold = new SubjectFold(plan);
        fold.replay(events, 0, events.size(), asOf, asOf, new Checkpoints.Builder(Checkpoints.NONE, null));
        fold.evaluateAll(asOf);
        return fold.memberIds().contains(segmentId);
    }

    private static @Nullable SubjectMemory memory(SubjectState stored) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored.memory()))) {
            return SubjectMemory.readFrom(in);
        } catch (IOException | IllegalArgumentException damaged) {
            return null;
        }
    }

    private static boolean isOfOtherShape(SubjectState stored, Plan plan) {
        try {
            return SubjectFold.shape(stored.accumulators()) != plan.shape();
        } catch (BufferUnderflowException | IndexOutOfBoundsException damaged) {
            return false;
        }
    }

    /** Whether something changes before an instant without an event; a due instant may come early, but not late. */
    private static boolean changesBefore(SubjectFold fold, long ahead, long due) {
        long certain = Math.min(ahead, Math.min(fold.absences().next(), fold.visibleUntil()));
        if (certain < due) {
            return true;
        }
        BitSet members = (BitSet) fold.members().clone();
        for (int i = 0; i < MOST_INSTANTS; i++) {
            long instant = fold.nextFlip();
            if (instant >= due || instant == Micros.NEVER) {
                return false;
            }
            fold.evaluateAll(instant);
            if (!fold.members().equals(members)) {
                return true;
            }
        }
        return false;
    }
}
