package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.ReportOptions;
import io.behavioranalytics.Settings;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.CohortRetention;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.FunnelReport;
import io.behavioranalytics.report.Periods;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.RetentionReport;
import io.behavioranalytics.report.Trend;
import io.behavioranalytics.report.TrendReport;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The library's reports, asked through the facade of a store that holds the rows as events. */
final class LibraryReports implements ReportAnswers {
    private static final int UNITS = 100;
    private static final Instant END = ReportRows.BASE.plus(Duration.ofDays(ReportRows.DAYS));
    private static final ReportFilter RANGE = ReportFilter.everything().between(ReportRows.BASE, END);

    private final Rig rig;
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private boolean together;

    /** Asks a store that it closes in the end. */
    LibraryReports(Store store) {
        rig = new Rig(DefinitionSet.NONE, store, Settings.builder());
        rig.clock.reach(END.plus(Duration.ofDays(1)));
    }

    /** Asks a new store in memory. */
    static LibraryReports inMemory(ReportRows rows) {
        Store store = new InMemoryStore();
        fill(store, rows);
        return new LibraryReports(store);
    }

    /** Commits the rows to a store as a decision without definitions would, but without states, which no report reads. */
    static void fill(Store store, ReportRows rows) {
        List<CommitUnit> units = new ArrayList<>();
        for (int lead = 0; lead < ReportRows.LEADS; lead++) {
            if (rows.first[lead] < rows.first[lead + 1]) {
                units.add(unit(rows, lead));
            }
            if (units.size() == UNITS || (lead == ReportRows.LEADS - 1 && !units.isEmpty())) {
                store.commit(new Batch(new UUID(1, lead), "benchmark", END, units));
                units = new ArrayList<>();
            }
        }
    }

    private static CommitUnit unit(ReportRows rows, int lead) {
        String id = "lead-" + lead;
        List<BehaviorEvent> events = new ArrayList<>();
        for (int i = rows.first[lead]; i < rows.first[lead + 1]; i++) {
            events.add(new BehaviorEvent(
                    new UUID(ReportRows.mix(2L * i), ReportRows.mix(2L * i + 1)),
                    null,
                    id,
                    null,
                    0,
                    ReportRows.TYPES.get(rows.types[i]),
                    Category.ENGAGEMENT,
                    Instant.ofEpochMilli(rows.millis[i]),
                    "web",
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    null,
                    Map.of(),
                    true));
        }
        return new CommitUnit(List.of(new SubjectChange(
                SubjectId.lead(id),
                0,
                events,
                List.of(),
                null,
                null,
                null,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of())));
    }

    /** Whether reports run on two threads. */
    void together(boolean both) {
        together = both;
    }

    private ReportOptions options() {
        return together ? ReportOptions.defaults().on(pool, 2) : ReportOptions.defaults();
    }

    @Override
    public List<Long> answer(Asked asked) {
        return switch (asked) {
            case FUNNEL -> funnel();
            case RETENTION -> retention();
            case TOP -> top();
            case DAILY -> daily();
        };
    }

    private List<Long> funnel() {
        Funnel funnel = Funnel.builder()
                .step(EventChoice.of(EventType.PAGE_VIEW))
                .step(EventChoice.of(EventType.FORM_START))
                .step(EventChoice.of(EventType.FORM_SUBMIT))
                .step(EventChoice.of(EventType.QUOTE_REQUEST))
                .within(Duration.ofDays(7))
                .filter(RANGE)
                .build();
        return rig.analytics.reports().run(funnel, options()).steps().stream()
                .map(FunnelReport.StepResult::reached)
                .toList();
    }

    private List<Long> retention() {
        CohortRetention retention = CohortRetention.on(
                EventChoice.any(),
                EventChoice.any(),
                new Periods.Equal(ReportRows.BASE, Duration.ofDays(7)),
                WEEKS,
                RANGE);
        RetentionReport report = rig.analytics.reports().run(retention, options());
        List<Long> cells = new ArrayList<>();
        for (int row = 0; row < WEEKS; row++) {
            RetentionReport.Cohort cohort = report.cohorts().get(row);
            cells.add(cohort.size());
            for (int k = 1; k < WEEKS; k++) {
                RetentionReport.Cell cell = cohort.cells().get(k);
                cells.add(cell == null ? 0 : cell.returned());
            }
        }
        return cells;
    }

    private List<Long> top() {
        Trend trend = Trend.whole(EventChoice.any(), Trend.Measure.TOTAL, RANGE).by("eventType");
        List<TrendReport.Line> lines =
                rig.analytics.reports().run(trend, options()).lines();
        List<Long> counts = new ArrayList<>();
        for (EventType type : ReportRows.TYPES) {
            counts.add(lines.stream()
                    .filter(line -> type.name().equals(line.group()))
                    .map(line -> whole(line.total()))
                    .findFirst()
                    .orElse(0L));
        }
        return counts;
    }

    private List<Long> daily() {
        Trend trend = Trend.of(EventChoice.any(), Trend.Measure.UNIQUES, CalendarInterval.DAY, RANGE);
        return rig.analytics.reports().run(trend, options()).lines().get(0).points().stream()
                .map(point -> whole(point.value()))
                .toList();
    }

    private static long whole(@Nullable BigDecimal number) {
        return Objects.requireNonNull(number).longValueExact();
    }

    @Override
    public void close() {
        rig.close();
        pool.shutdown();
    }
}
