package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunnelTest {
    private static final Instant LATER = Instant.parse("2026-04-01T00:00:00Z");

    @Test
    void C71_steps_are_2_to_20() {
        refused(Funnel.builder(), "steps: must be 2 to 20: 0 [RANGE]");
        refused(Funnel.builder().step(EventChoice.any()), "steps: must be 2 to 20: 1 [RANGE]");
        Funnel.Builder many = Funnel.builder();
        for (int i = 0; i < 21; i++) {
            many.step(EventChoice.any());
        }
        refused(many, "steps: must be 2 to 20: 21 [RANGE]");
    }

    /** Of twenty leads the first does one step, the second two, and so on; in any order they are done backwards. */
    @Test
    void twenty_steps_are_told_one_by_one_in_every_order_and_with_exclusions() {
        for (Funnel.Order order : Funnel.Order.values()) {
            Funnel.Builder funnel = Funnel.builder().order(order).leads(20);
            Histories histories = new Histories();
            for (int k = 0; k < 20; k++) {
                funnel.step(type("t" + k));
                for (int done = 0; done <= k; done++) {
                    String type = "t" + (order == Funnel.Order.ANY ? k - done : done);
                    histories.add("lead-" + k, LATER.minusSeconds(100L - done), type, Map.of(), null);
                }
            }
            histories.add("void", LATER.minusSeconds(9), "t0", Map.of(), null);
            histories.add("void", LATER.minusSeconds(8), "x", Map.of(), null);
            funnel.exclude(type("x"), 1, 20);

            FunnelReport report = histories.run(funnel.build(), LATER.plus(Duration.ofDays(99)));

            for (int k = 0; k < 20; k++) {
                FunnelReport.StepResult step = report.steps().get(k);
                assertThat(step.reached()).as("%s, step %s", order, k).isEqualTo(20L - k);
                assertThat(step.droppedLeads()).containsExactly(SubjectId.lead("lead-" + k));
            }
            assertThat(report.conversion().converted()).isOne();
        }
    }

    @Test
    void C71_the_same_step_twice_wants_two_events() {
        Funnel twice = Funnel.builder().step(type("a")).step(type("a")).build();
        Histories histories = new Histories()
                .add("one", "2026-03-01T00:00:00Z", "a")
                .add("two", "2026-03-01T00:00:00Z", "a")
                .add("two", "2026-03-01T00:00:00Z", "a");

        FunnelReport report = histories.run(twice, LATER);

        assertThat(report.steps().get(0).reached()).isEqualTo(2);
        assertThat(report.steps().get(1).reached()).isEqualTo(1);
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() {
        refused(
                Funnel.builder()
                        .step(Funnel.Step.of(type("a")).asOptional())
                        .step(type("b").where("intentScore", Operator.GREATER_THAN, 1))
                        .within(Duration.ZERO)
                        .exclude(type("x"), 2, 2)
                        .holdingConstant("properties")
                        .breakdownAtStep(3, "value")
                        .leads(-1),
                "steps[0].optional",
                "steps[1].where[0]",
                "window: must be 1 microsecond to PT87600H: PT0S",
                "exclusions[0]: must go from a step to a later one of 1 to 2: from 2 to 2",
                "holding[0]",
                "breakdown.fields[0]",
                "breakdown.step: must be 1 to 2",
                "leads: must be 0 to 100000: -1");
    }

    @Test
    void latest_start_is_refused_where_it_means_nothing() {
        refused(
                Funnel.builder().step(type("a")).step(type("b")).latestStart().count(Funnel.Counting.TOTALS),
                "selection: latest start is offered for");
        assertThatThrownBy(() -> ReportFilter.everything().between(LATER, LATER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the range must end behind its beginning");
    }

    @Test
    void the_window_is_inclusive_and_no_step_prolongs_it() {
        Funnel funnel = Funnel.builder()
                .step(type("a"))
                .step(type("b"))
                .step(type("c"))
                .within(Duration.ofMinutes(10))
                .build();
        Histories histories = new Histories()
                .add("in", "2026-03-01T00:00:00Z", "a")
                .add("in", "2026-03-01T00:09:00Z", "b")
                .add("in", "2026-03-01T00:10:00Z", "c")
                .add("out", "2026-03-01T00:00:00Z", "a")
                .add("out", "2026-03-01T00:09:00Z", "b")
                .add("out", "2026-03-01T00:10:00.000001Z", "c");

        assertThat(histories.run(funnel, LATER).steps().stream().map(FunnelReport.StepResult::reached))
                .containsExactly(2L, 2L, 1L);
    }

    @Test
    void an_excluded_event_voids_one_attempt_and_another_may_count() {
        Funnel funnel = Funnel.builder()
                .step(type("a"))
                .step(type("b"))
                .exclude(type("x"), 1, 2)
                .leads(10)
                .build();
        Histories histories = new Histories()
                .add("again", "2026-03-01T00:00:00Z", "a")
                .add("again", "2026-03-01T00:01:00Z", "x")
                .add("again", "2026-03-01T00:02:00Z", "a")
                .add("again", "2026-03-01T00:03:00Z", "b")
                .add("void", "2026-03-01T00:00:00Z", "a")
                .add("void", "2026-03-01T00:01:00Z", "x")
                .add("void", "2026-03-01T00:03:00Z", "b");

        FunnelReport report = histories.run(funnel, LATER);

        assertThat(report.conversion().entered()).isEqualTo(1);
        assertThat(report.conversion().converted()).isEqualTo(1);
        assertThat(report.conversion().time().median()).isEqualTo(60);
    }

    @Test
    void an_attempt_is_in_progress_until_its_window_has_passed() {
        Funnel funnel = Funnel.builder()
                .step(type("a"))
                .step(type("b"))
                .within(Duration.ofMinutes(10))
                .build();
        Histories histories = new Histories().add("lead", "2026-03-01T00:00:00Z", "a");

        assertThat(histories
                        .run(funnel, Instant.parse("2026-03-01T00:09:59Z"))
                        .conversion()
                        .inProgress())
                .isEqualTo(1);
        assertThat(histories
                        .run(funnel, Instant.parse("2026-03-01T00:10:00Z"))
                        .conversion()
                        .inProgress())
                .isZero();
    }

    @Test
    void with_ties_by_step_an_instant_is_never_out_of_order() {
        Histories histories =
                new Histories().add("lead", "2026-03-01T00:00:00Z", "b").add("lead", "2026-03-01T00:00:00Z", "a");
        Funnel.Builder funnel = Funnel.builder().step(type("a")).step(type("b"));

        assertThat(histories.run(funnel.build(), LATER).conversion().converted())
                .isZero();
        assertThat(histories
                        .run(funnel.ties(Funnel.Ties.BY_STEP).build(), LATER)
                        .conversion()
                        .converted())
                .isEqualTo(1);
        assertThat(histories
                        .run(funnel.order(Funnel.Order.STRICT).build(), LATER)
                        .conversion()
                        .converted())
                .isEqualTo(1);
    }

    @Test
    void a_breakdown_of_too_many_values_is_refused() {
        Histories histories = new Histories();
        for (int i = 0; i <= 10_000; i++) {
            histories.add("lead-" + i, Instant.parse("2026-03-01T00:00:00Z"), "a", Map.of("p", "v" + i), null);
        }
        Funnel funnel = Funnel.builder()
                .step(type("a"))
                .step(type("b"))
                .breakdown(Funnel.Attribution.FIRST, "properties.p")
                .build();

        assertThatThrownBy(() -> histories.run(funnel, LATER))
                .isInstanceOf(ReportLimitException.class)
                .hasMessage("the funnel would have more than 10000 values of the breakdown");
    }

    @Test
    void leads_are_the_first_by_their_order_and_no_more_than_wanted() {
        Histories histories = new Histories();
        for (String lead : new String[] {"c", "a", "d", "b"}) {
            histories.add(lead, "2026-03-01T00:00:00Z", "a");
        }
        Funnel funnel =
                Funnel.builder().step(type("a")).step(type("b")).leads(2).build();

        FunnelReport report = histories.run(funnel, LATER);

        assertThat(report.steps().get(0).dropped()).isEqualTo(4);
        assertThat(report.table("leads").toCsv())
                .isEqualTo("step,outcome,kind,subject\r\n1,dropped,lead,a\r\n1,dropped,lead,b\r\n");
    }

    private static EventChoice type(String name) {
        return EventChoice.of(EventType.of(name));
    }

    private static void refused(Funnel.Builder funnel, String... messages) {
        assertThatThrownBy(funnel::build)
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContainingAll(messages);
    }
}
