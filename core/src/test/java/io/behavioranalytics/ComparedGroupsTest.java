package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.AssignmentPlan;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.report.ComparedGroups;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReturnOnInvestment;
import io.behavioranalytics.report.ReturnOnInvestmentReport;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom the return on investment compares: variants of an experiment, and the global holdout. */
class ComparedGroupsTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final int HELD_OUT = 2_000;

    private final VirtualClock clock = VirtualClock.at(START);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .executor(Runnable::run)
            .settings(Settings.builder().experimentHoldout(HELD_OUT).build())
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    private void convert(String lead, Instant at) {
        analytics.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                .leadId(lead)
                .timestamp(at)
                .build());
    }

    private List<ReturnOnInvestmentReport.Group> lift(ComparedGroups groups) {
        return analytics
                .reports()
                .run(ReturnOnInvestment.builder(ReportFilter.everything()
                                .between(START.minusSeconds(1), START.plus(Duration.ofDays(1))))
                        .conversion(EventChoice.of(EventType.QUOTE_REQUEST))
                        .against(groups, 0.95)
                        .build())
                .lift();
    }

    @Test
    void variants_are_those_who_were_exposed_and_count_from_their_first_exposure_on() {
        Experiment experiment = analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .status(Experiment.Status.RUNNING)
                        .build());
        List<Exposure> exposures = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String variant = i % 2 == 0 ? "control" : "b";
            exposures.add(exposure(experiment, "lead-" + i, variant, START.plusSeconds(10)));
        }
        exposures.add(exposure(experiment, "lead-both", "control", START.plusSeconds(10)));
        exposures.add(exposure(experiment, "lead-both", "b", START.plusSeconds(11)));
        store.ledger().expose(exposures);
        clock.advance(Duration.ofHours(1));
        // Each fourth of the control and each second of the variant, and some who count in neither.
        for (int i = 0; i < 40; i++) {
            if (i % 8 == 0 || i % 4 == 1) {
                convert("lead-" + i, START.plusSeconds(60));
            }
        }
        convert("lead-2", START.plusSeconds(9));
        convert("lead-both", START.plusSeconds(60));
        convert("lead-unexposed", START.plusSeconds(60));

        List<ReturnOnInvestmentReport.Group> groups = lift(analytics.reports().variants("test"));

        assertThat(analytics.reports().variants(experiment.id().toString()).control())
                .isEqualTo("control");
        assertThat(groups)
                .extracting(
                        ReturnOnInvestmentReport.Group::group,
                        ReturnOnInvestmentReport.Group::subjects,
                        ReturnOnInvestmentReport.Group::converted)
                .containsExactlyInAnyOrder(tuple("control", 20L, 5L), tuple("b", 20L, 10L));
        assertThatThrownBy(() -> analytics.reports().variants("nothing"))
                .isInstanceOf(UnknownDefinitionException.class);
    }

    private static Exposure exposure(Experiment experiment, String lead, String variant, Instant at) {
        return new Exposure(experiment.id(), 1, 0, SubjectId.lead(lead), variant, 1, -1, at);
    }

    @Test
    void the_holdout_is_whom_the_setting_holds_out_and_all_others_are_treated() {
        clock.advance(Duration.ofHours(1));
        long heldOut = 0;
        for (int i = 0; i < 300; i++) {
            boolean isHeldOut = AssignmentPlan.isHeldOut(SubjectId.lead("lead-" + i), HELD_OUT);
            heldOut += isHeldOut ? 1 : 0;
            analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId("lead-" + i)
                    .timestamp(START)
                    .build());
            if (!isHeldOut) {
                convert("lead-" + i, START.plusSeconds(60));
            }
        }

        List<ReturnOnInvestmentReport.Group> groups = lift(analytics.reports().holdout());

        assertThat(heldOut).isBetween(30L, 90L);
        assertThat(groups)
                .extracting(
                        ReturnOnInvestmentReport.Group::group,
                        ReturnOnInvestmentReport.Group::subjects,
                        ReturnOnInvestmentReport.Group::converted)
                .containsExactlyInAnyOrder(
                        tuple("holdout", heldOut, 0L), tuple(ComparedGroups.TREATED, 300 - heldOut, 300 - heldOut));
    }
}
