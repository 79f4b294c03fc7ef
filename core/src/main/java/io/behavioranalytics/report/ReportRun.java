package io.behavioranalytics.report;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * A question being answered: applies its filter to each timeline, hands what is left to its fold, and counts what it read and left out.
 * Runs of the same question merge, so a run is all that a thread or a machine needs. Not thread-safe.
 *
 * @param <R> the answer
 */
public final class ReportRun<R extends Report> {
    private static final SubjectId NOBODY = SubjectId.session("nobody");

    /** More would drive out of the cache what was fetched before. */
    private static final int MOST_FETCHED = 1_000;

    private final Question<R> question;
    private final ReportTerms terms;
    private final long now;
    private final List<CompiledCondition> where;
    private final TimelineFold<R> fold;
    private final SubjectHistory history = new SubjectHistory(NOBODY);

    private long subjects;
    private long events;
    private long first = Micros.NEVER;
    private long last = Micros.ALWAYS;
    private long sessions;
    private long outside;
    private long system;
    private long future;
    private long expired;
    private long eventsOutside;
    private long other;
    private long unclear;

    /** Means nothing; without it the compiler may leave out the reading. */
    @SuppressWarnings("UnusedVariable")
    private long fetched;

    /**
     * Begins with nobody.
     *
     * @param question what is asked
     * @param terms as of when, and what is visible
     * @throws InvalidDefinitionException if a condition of the filter cannot be asked of an event
     */
    public ReportRun(Question<R> question, ReportTerms terms) {
        this.question = question;
        this.terms = terms;
        this.now = Micros.of(terms.asOf());
        List<Violation> faults = new ArrayList<>();
        List<CompiledCondition> compiled = new ArrayList<>();
        for (int i = 0; i < question.filter().where().size(); i++) {
            compiled.add(CompiledCondition.compile(
                    question.filter().where().get(i), Scope.EVENT, "where[" + i + "]", faults));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
        this.where = compiled;
        this.fold = question.fold(terms);
    }

    /**
     * Another run of the same question, for another thread.
     *
     * @return a run that has taken nothing in
     */
    public ReportRun<R> another() {
        return new ReportRun<>(question, terms);
    }

    /**
     * Has the processor fetch what is read of some hundred timelines that are taken in next.
     *
     * @param timelines which; of long ones nothing is fetched
     */
    public void expect(List<Timeline> timelines) {
        // First the timelines alone: where their events lie, they know.
        for (Timeline timeline : timelines) {
            fetched += timeline.size();
        }
        for (Timeline timeline : timelines) {
            if (timeline.size() > 0 && timeline.size() <= MOST_FETCHED) {
                fetched += fold.fetch(timeline);
            }
        }
    }

    /**
     * Whether instants, types and categories are all that is read of events.
     *
     * @return true if timelines may be outlines
     */
    public boolean readsOutlines() {
        return where.isEmpty() && question.readsOutlines();
    }

    /**
     * Takes in a subject.
     *
     * @param subject who
     * @param timeline all its events, as an outline if {@link #readsOutlines}
     * @param stays when it was in the segment that is asked for; {@link SegmentStays#ALWAYS} if none is
     * @throws ReportLimitException if the answer grows beyond its bounds
     */
    public void accumulate(SubjectId subject, Timeline timeline, SegmentStays stays) {
        if (question.filter().leadsOnly() && subject.kind() != SubjectId.Kind.LEAD) {
            sessions++;
            return;
        }
        if (stays.isNever()) {
            outside++;
            return;
        }
        history.begin(subject, timeline);
        boolean always = stays.isAlways();
        Retention retention = terms.retention();
        if (always && where.isEmpty() && retention.isUnlimited() && !timeline.has(Category.SYSTEM)) {
            int visible = visible(timeline);
            future += timeline.size() - visible;
            history.addFirst(visible);
        } else {
            read(timeline, stays, always, retention);
        }
        int size = history.size();
        if (size > 0) {
            subjects++;
            events += size;
            first = Math.min(first, history.micros(0));
            last = Math.max(last, size == timeline.size() ? timeline.lastMicros() : history.micros(size - 1));
            fold.accumulate(history);
        }
    }

    /** How many events are not behind the report's instant. */
    private int visible(Timeline timeline) {
        int size = timeline.size();
        return timeline.lastMicros() <= now ? size : timeline.lowerBound(0, Micros.plus(now, 1));
    }

    private void read(Timeline timeline, SegmentStays stays, boolean always, Retention retention) {
        for (int i = 0; i < timeline.size(); i++) {
            long micros = timeline.micros(i);
            if (timeline.category(i) == Category.SYSTEM) {
                system++;
            } else if (micros > now) {
                future++;
            } else if (retention.expiresAt(micros, timeline.type(i), timeline.category(i)) <= now) {
                expired++;
            } else if (!always && !stays.isIn(micros)) {
                eventsOutside++;
            } else if (passes(timeline, i)) {
                history.add(i);
            }
        }
    }

    private boolean passes(Timeline timeline, int place) {
        if (where.isEmpty()) {
            return true;
        }
        EventView event = timeline.view(place);
        Truth all = Truth.TRUE;
        for (CompiledCondition condition : where) {
            all = all.and(condition.test(event, null));
        }
        other += all == Truth.FALSE ? 1 : 0;
        unclear += all == Truth.UNKNOWN ? 1 : 0;
        return all == Truth.TRUE;
    }

    /**
     * Takes in what another run of the same question took in, of other subjects.
     *
     * @param run the other run, which is not used any more
     * @throws ReportLimitException if the answer grows beyond its bounds
     */
    public void merge(ReportRun<R> run) {
        subjects += run.subjects;
        events += run.events;
        first = Math.min(first, run.first);
        last = Math.max(last, run.last);
        sessions += run.sessions;
        outside += run.outside;
        system += run.system;
        future += run.future;
        expired += run.expired;
        eventsOutside += run.eventsOutside;
        other += run.other;
        unclear += run.unclear;
        fetched += run.fetched;
        fold.merge(run.fold);
    }

    /**
     * The answer.
     *
     * @param complete whether everybody was taken in
     * @return the report
     */
    public R result(boolean complete) {
        ReportFilter filter = question.filter();
        Coverage coverage = new Coverage(
                subjects,
                events,
                subjects == 0 ? null : Micros.toInstant(first),
                subjects == 0 ? null : Micros.toInstant(last),
                complete);
        Excluded excluded = new Excluded(sessions, outside, system, future, expired, eventsOutside, other, unclear);
        return fold.result(
                new ReportFrame(terms.asOf(), filter.zone(), filter.from(), filter.to(), coverage, excluded));
    }
}
