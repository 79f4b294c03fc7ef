package io.behavioranalytics;

import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.AssignmentPlan;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.ComparedGroups;
import io.behavioranalytics.report.MembershipGrowth;
import io.behavioranalytics.report.MembershipGrowthFold;
import io.behavioranalytics.report.MembershipGrowthReport;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.report.ReportLimitException;
import io.behavioranalytics.report.ReportRun;
import io.behavioranalytics.report.ReportTerms;
import io.behavioranalytics.report.SegmentStays;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoredHistory;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reports over the timelines of all subjects. Asking writes nothing, except that a store packs anew what it kept packed and finds
 * damaged. Each reads every timeline once, as the store hands them out: a database as of one instant, the store in memory each subject as
 * it is when it is read. Thread-safe.
 */
public final class Reports {
    private static final int PAGE = 1_000;

    private final Store store;
    private final Segments segments;
    private final DefinitionsCache definitions;
    private final DecisionSettings settings;
    private final SegmentReports segmentReports;
    private final ExposedUsers exposed;
    private final int holdout;
    private final Dashboards dashboards;
    private final InstantSource clock;

    Reports(
            Store store,
            Segments segments,
            DefinitionsCache definitions,
            DecisionSettings settings,
            SegmentReports segmentReports,
            ExposedUsers exposed,
            int holdout,
            Dashboards dashboards,
            InstantSource clock) {
        this.store = store;
        this.segments = segments;
        this.definitions = definitions;
        this.settings = settings;
        this.segmentReports = segmentReports;
        this.exposed = exposed;
        this.holdout = holdout;
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
        ReportTerms terms = new ReportTerms(instant(question.filter()), settings.retention(), settings.scoring());
        ReportRun<R> run = new ReportRun<>(question, terms);
        ReportWork<ReportRun<R>, StoredHistory> work = new ReportWork<>(
                run,
                folding(run, stays(question.filter())),
                options,
                options.isHeard() ? store.subjects().count() : 0);
        store.subjects().visit(run.readsOutlines() ? Extent.OUTLINE : Extent.WHOLE, work::take);
        return run.result(work.finish());
    }

    private static <R extends Report> ReportWork.Folding<ReportRun<R>, StoredHistory> folding(
            ReportRun<R> first, Function<SubjectId, SegmentStays> stays) {
        return new ReportWork.Folding<>() {
            @Override
            public ReportRun<R> another() {
                return first.another();
            }

            @Override
            public void accumulate(ReportRun<R> run, List<StoredHistory> histories) {
                List<Timeline> timelines = new ArrayList<>(histories.size());
                for (StoredHistory history : histories) {
                    timelines.add(history.timeline().orElse(Timeline.empty()));
                }
                run.expect(timelines);
                for (int i = 0; i < timelines.size(); i++) {
                    if (timelines.get(i).size() > 0) {
                        SubjectId subject = histories.get(i).subject();
                        run.accumulate(subject, timelines.get(i), stays.apply(subject));
                    }
                }
            }

            @Override
            public void merge(ReportRun<R> whole, ReportRun<R> part) {
                whole.merge(part);
            }

            @Override
            public int events(StoredHistory history) {
                return history.size();
            }
        };
    }

    private Instant instant(ReportFilter filter) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant asOf = filter.asOf();
        if (asOf != null && asOf.isAfter(now)) {
            throw new IllegalArgumentException("the instant of the report must not be after now: " + asOf);
        }
        return asOf == null ? now : asOf.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * How a segment grew, by what was decided (S17).
     *
     * @param growth the segment and the periods
     * @param options progress and the end are asked for every 1,000 entries and exits; it runs on the calling thread
     * @return the report
     * @throws IllegalArgumentException if the instant of the report is after now
     * @throws InvalidDefinitionException if it is the built-in segment, of which no entries are kept, or the range has too many periods
     * @throws UnknownDefinitionException if there is no such segment
     */
    public MembershipGrowthReport growth(MembershipGrowth growth, ReportOptions options) {
        MembershipGrowthFold fold = new MembershipGrowthFold(growth, instant(growth.filter()));
        long[] taken = new long[1];
        boolean[] cancelled = new boolean[1];
        store.ledger().visitMemberships(segmentReports.find(growth.segment()).id(), change -> {
            if (taken[0] % PAGE == 0) {
                cancelled[0] = options.cancelled().getAsBoolean();
                if (cancelled[0]) {
                    return false;
                }
                if (taken[0] > 0) {
                    options.progress().progressed(taken[0], taken[0]);
                }
            }
            taken[0]++;
            fold.accumulate(change.subject(), Micros.of(SegmentReports.standsSince(change)), change.entered());
            return true;
        });
        options.progress().progressed(taken[0], taken[0]);
        return fold.result(!cancelled[0]);
    }

    /**
     * Who was exposed to which variant of an experiment until now, for {@link io.behavioranalytics.report.ReturnOnInvestment}: as its
     * results count them, so whoever was shown several variants is in no group.
     *
     * @param keyOrId which experiment
     * @return the groups by the ids of the variants, from the first exposure of each member on
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public ComparedGroups variants(String keyOrId) {
        return exposed.groups(definitions.newest().requireExperiment(keyOrId), clock.instant());
    }

    /**
     * The global holdout as the control, and all others: by the part of {@link Settings#experimentHoldout()} as it is now.
     *
     * @return the groups
     */
    public ComparedGroups holdout() {
        int part = holdout;
        return ComparedGroups.holdout(subject -> AssignmentPlan.isHeldOut(subject, part));
    }

    /**
     * The dashboard: what happened in a range, and how segments and triggers stand.
     *
     * @param activity the range, whose events are seen, and what converts
     * @param options how it runs; progress is told of the subjects, and the end is also asked for every 1,000 firings, entries and exits
     * @return the dashboard
     * @throws InvalidDefinitionException if a condition of the filter cannot be asked of an event
     * @throws IllegalArgumentException if the instant of the report is after now
     * @throws UnknownDefinitionException if there is no such segment
     */
    public DashboardReport dashboard(Activity activity, ReportOptions options) {
        return dashboards.dashboard(run(activity, options), options);
    }

    private Function<SubjectId, SegmentStays> stays(ReportFilter filter) {
        String segment = filter.segment();
        if (segment == null || segment.equals(Segment.ALL_VISITORS)) {
            return subject -> SegmentStays.ALWAYS;
        }
        Segment asked = definitions.newest().requireSegment(segment);
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
