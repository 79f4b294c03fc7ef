package io.behavioranalytics;

import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.report.ReportLimitException;
import io.behavioranalytics.report.ReportRun;
import io.behavioranalytics.report.ReportTerms;
import io.behavioranalytics.report.SegmentStays;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reports over the timelines of all subjects. Nothing is written by asking. Each reads every timeline once, as the store hands them out,
 * and sees each subject as it is when it is read. Thread-safe.
 */
public final class Reports {
    private static final int PAGE = 1_000;

    private final Store store;
    private final Segments segments;
    private final DefinitionsCache definitions;
    private final DecisionSettings settings;
    private final Dashboards dashboards;
    private final InstantSource clock;

    Reports(
            Store store,
            Segments segments,
            DefinitionsCache definitions,
            DecisionSettings settings,
            Dashboards dashboards,
            InstantSource clock) {
        this.store = store;
        this.segments = segments;
        this.definitions = definitions;
        this.settings = settings;
        this.dashboards = dashboards;
        this.clock = clock;
    }

    /**
     * Answers a question on the calling thread.
     *
     * @param question what is asked
     * @param <R> the answer
     * @return the answer
     * @throws InvalidDefinitionException if a condition of the filter cannot be asked of an event
     * @throws IllegalArgumentException if the instant of the report is after now
     * @throws UnknownDefinitionException if there is no such segment
     * @throws ReportLimitException if the answer would be larger than a report may be
     */
    public <R extends Report> R run(Question<R> question) {
        return run(question, ReportOptions.defaults());
    }

    /**
     * Answers a question.
     *
     * @param question what is asked
     * @param options how it runs; the answer does not depend on it unless it is cancelled
     * @param <R> the answer
     * @return the answer
     * @throws InvalidDefinitionException if a condition of the filter cannot be asked of an event
     * @throws IllegalArgumentException if the instant of the report is after now
     * @throws UnknownDefinitionException if there is no such segment
     * @throws ReportLimitException if the answer would be larger than a report may be
     */
    public <R extends Report> R run(Question<R> question, ReportOptions options) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant asOf = question.filter().asOf();
        if (asOf != null && asOf.isAfter(now)) {
            throw new IllegalArgumentException("the instant of the report must not be after now: " + asOf);
        }
        ReportTerms terms = new ReportTerms(
                asOf == null ? now : asOf.truncatedTo(ChronoUnit.MICROS), settings.retention(), settings.scoring());
        ReportRun<R> run = new ReportRun<>(question, terms);
        ReportWork<R> work = new ReportWork<>(
                run, stays(question.filter()), options, store.subjects().count());
        store.subjects().scan(Projection.TIMELINE, work::take);
        return run.result(work.finish());
    }

    /**
     * The dashboard: what happened in a range, and how segments and triggers stand.
     *
     * @param activity the range, whose events are seen, and what converts
     * @param options how it runs
     * @return the dashboard
     * @throws InvalidDefinitionException if a condition of the filter cannot be asked of an event
     * @throws IllegalArgumentException if the instant of the report is after now
     * @throws UnknownDefinitionException if there is no such segment
     */
    public DashboardReport dashboard(Activity activity, ReportOptions options) {
        return dashboards.dashboard(run(activity, options));
    }

    private Function<SubjectId, SegmentStays> stays(ReportFilter filter) {
        String segment = filter.segment();
        if (segment == null || segment.equals(Segment.ALL_VISITORS)) {
            return subject -> SegmentStays.ALWAYS;
        }
        Segment asked = definitions
                .newest()
                .segment(segment)
                .orElseThrow(() -> new UnknownDefinitionException(Kind.SEGMENT, segment));
        Map<SubjectId, SegmentStays> stays =
                filter.membership() == Membership.NOW ? members(asked) : memberships(asked);
        return subject -> stays.getOrDefault(subject, SegmentStays.NEVER);
    }

    private Map<SubjectId, SegmentStays> members(Segment segment) {
        Map<SubjectId, SegmentStays> members = new HashMap<>();
        @Nullable SubjectId after = null;
        while (true) {
            List<SubjectId> page = segments.members(segment.key(), after, PAGE);
            page.forEach(member -> members.put(member, SegmentStays.ALWAYS));
            if (page.size() < PAGE) {
                return members;
            }
            after = page.get(PAGE - 1);
        }
    }

    private Map<SubjectId, SegmentStays> memberships(Segment segment) {
        Map<SubjectId, SegmentStays.Builder> turns = new HashMap<>();
        store.ledger().visitMemberships(segment.id(), change -> {
            turns.computeIfAbsent(change.subject(), subject -> new SegmentStays.Builder())
                    .turn(Micros.of(change.effectiveAt()), change.entered());
            return true;
        });
        Map<SubjectId, SegmentStays> stays = new HashMap<>();
        turns.forEach((subject, builder) -> stays.put(subject, builder.build()));
        return stays;
    }
}
