package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is compared with whom: groups of subjects, one of which is the control. Either all members are known by name, as those who were
 * exposed to an experiment, or everybody is judged by a rule, as with a holdout. Immutable, thread-safe if the rule is.
 */
public final class ComparedGroups {
    /** What the others are called where a rule says who is held out. */
    public static final String TREATED = "treated";

    private final String control;
    private final @Nullable Map<SubjectId, Member> members;
    private final Predicate<SubjectId> isHeldOut;

    /**
     * A member of a group.
     *
     * @param group the group's name
     * @param since the instant from which on what the member does counts
     */
    public record Member(String group, Instant since) {
        /**
         * Checks that both are there.
         *
         * @throws IllegalArgumentException if the instant does not lie in the years 0001 to 9999
         */
        public Member {
            Objects.requireNonNull(group, "group");
            ReportFilter.check("since", Objects.requireNonNull(since, "since"));
        }
    }

    private ComparedGroups(String control, @Nullable Map<SubjectId, Member> members, Predicate<SubjectId> isHeldOut) {
        this.control = Objects.requireNonNull(control, "control");
        this.members = members;
        this.isHeldOut = isHeldOut;
    }

    /**
     * Groups whose members are known.
     *
     * @param control the name of the control
     * @param members who is in which, from when on
     * @return the groups
     */
    public static ComparedGroups of(String control, Map<SubjectId, Member> members) {
        return new ComparedGroups(control, new HashMap<>(members), subject -> false);
    }

    /**
     * Two groups: those whom a rule holds out are the control, all others are {@value #TREATED}. Everything in the report's range counts.
     *
     * @param isHeldOut the rule, which answers the same for the same subject, from any thread
     * @return the groups
     */
    public static ComparedGroups holdout(Predicate<SubjectId> isHeldOut) {
        return new ComparedGroups("holdout", null, Objects.requireNonNull(isHeldOut, "isHeldOut"));
    }

    /**
     * The name of the control.
     *
     * @return the name
     */
    public String control() {
        return control;
    }

    /** The group of a subject, or null if it is in none. */
    @Nullable
    String groupOf(SubjectId subject) {
        if (members == null) {
            return isHeldOut.test(subject) ? control : TREATED;
        }
        Member member = members.get(subject);
        return member == null ? null : member.group();
    }

    /** From when on a subject of a group counts, or {@link Micros#ALWAYS} where a rule decides. */
    long since(SubjectId subject) {
        Member member = members == null ? null : members.get(subject);
        return member == null ? Micros.ALWAYS : Micros.of(member.since());
    }

    /** How many members each group has that began in a range; empty where a rule decides. */
    SortedMap<String, Long> sizes(long from, long end, boolean leadsOnly) {
        SortedMap<String, Long> sizes = new TreeMap<>();
        if (members != null) {
            members.forEach((subject, member) -> {
                long since = Micros.of(member.since());
                if (since >= from && since < end && (subject.isLead() || !leadsOnly)) {
                    sizes.merge(member.group(), 1L, Long::sum);
                }
            });
        }
        return sizes;
    }

    boolean areKnown() {
        return members != null;
    }
}
