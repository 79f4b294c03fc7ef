package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Answers a {@link MembershipGrowth}: takes in entries and exits in any order, and merges. Not thread-safe. */
public final class MembershipGrowthFold {
    private final MembershipGrowth question;
    private final Instant asOf;
    private final long now;
    private final IntervalRange periods;
    private final long[] entered;
    private final long[] exited;
    private final Set<SubjectId> subjects = new HashSet<>();
    private long before;
    private long changes;
    private long first = Micros.NEVER;
    private long last = Micros.ALWAYS;
    private long sessions;
    private long future;

    /**
     * Begins with nobody.
     *
     * @param question what is asked
     * @param asOf the instant of the report; what was decided behind it is not seen
     * @throws io.behavioranalytics.json.InvalidDefinitionException if the range has too many periods
     */
    public MembershipGrowthFold(MembershipGrowth question, Instant asOf) {
        ReportFilter.check("asOf", asOf);
        this.question = question;
        this.asOf = asOf;
        now = Micros.of(asOf);
        periods = IntervalRange.of(question.interval(), question.every(), question.filter(), asOf, 0);
        entered = new long[periods.size()];
        exited = new long[periods.size()];
    }

    /**
     * Takes in an entry or exit.
     *
     * @param subject whose
     * @param micros from when on it stands, in {@link Micros}
     * @param entry true for an entry
     */
    public void accumulate(SubjectId subject, long micros, boolean entry) {
        if (question.filter().leadsOnly() && !subject.isLead()) {
            sessions++;
            return;
        }
        if (micros > now) {
            future++;
            return;
        }
        subjects.add(subject);
        changes++;
        first = Math.min(first, micros);
        last = Math.max(last, micros);
        int period = periods.of(micros);
        if (period >= 0) {
            (entry ? entered : exited)[period]++;
        } else if (periods.size() == 0 || micros < periods.end(0)) {
            before += entry ? 1 : -1;
        }
    }

    /**
     * Takes in what another fold of the same question and instant took in.
     *
     * @param other the other fold
     */
    public void merge(MembershipGrowthFold other) {
        for (int i = 0; i < entered.length; i++) {
            entered[i] += other.entered[i];
            exited[i] += other.exited[i];
        }
        subjects.addAll(other.subjects);
        before += other.before;
        changes += other.changes;
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
        sessions += other.sessions;
        future += other.future;
    }

    /**
     * What came of it.
     *
     * @param complete whether all entries and exits were taken in
     * @return the report
     */
    public MembershipGrowthReport result(boolean complete) {
        List<MembershipGrowthReport.Period> lines = new ArrayList<>();
        long members = before;
        for (int i = 0; i < entered.length; i++) {
            long after = members + entered[i] - exited[i];
            lines.add(new MembershipGrowthReport.Period(
                    periods.label(i), members, entered[i], exited[i], after, periods.isComplete(i, now)));
            members = after;
        }
        ReportFilter filter = question.filter();
        Coverage coverage = new Coverage(
                subjects.size(),
                changes,
                changes == 0 ? null : Micros.toInstant(first),
                changes == 0 ? null : Micros.toInstant(last),
                complete);
        return new MembershipGrowthReport(
                new ReportFrame(
                        asOf,
                        filter.zone(),
                        filter.from(),
                        filter.to(),
                        coverage,
                        new Excluded(sessions, 0, 0, future, 0, 0, 0, 0)),
                question.segment(),
                lines);
    }
}
