package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.SeenStep;
import io.behavioranalytics.condition.SeenStep.Outcome;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.segment.SequencePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Holds what an explanation says of the steps of a sequence against every assignment that there is. */
final class SequenceStepsCheck {
    private final SequencePattern pattern;
    private final TimeWindow window;
    private final List<BehaviorEvent> events;
    private final Instant now;
    private final List<Integer> taking = new ArrayList<>();

    private SequenceStepsCheck(SequenceFilter filter, List<BehaviorEvent> events, Instant now) {
        this.pattern = filter.pattern();
        this.window = filter.timeRange();
        this.events = events;
        this.now = now;
        for (int i = 0; i < pattern.steps().size(); i++) {
            if (!pattern.steps().get(i).negate()) {
                taking.add(i);
            }
        }
    }

    static void check(
            Explanation.Leaf leaf,
            SequenceFilter filter,
            List<BehaviorEvent> visible,
            Instant now,
            Map<Outcome, Integer> outcomes) {
        leaf.steps().forEach(step -> outcomes.merge(step.outcome(), 1, Integer::sum));
        new SequenceStepsCheck(filter, visible, now).check(leaf);
    }

    private void check(Explanation.Leaf leaf) {
        String what = leaf.clause() + "\n" + leaf.steps() + "\n" + events;
        assertThat(leaf.steps()).as(what).hasSize(pattern.steps().size());
        List<BehaviorEvent> took = new ArrayList<>();
        int failed = -1;
        for (int i = 0; i < leaf.steps().size(); i++) {
            SeenStep step = leaf.steps().get(i);
            boolean met = step.outcome() == Outcome.MET || step.outcome() == Outcome.MAY_BE_MET;
            if (met && taking.contains(i)) {
                took.add(event(step));
            }
            if (failed < 0 && !met) {
                failed = i;
                assertThat(step.outcome()).as(what).isIn(Outcome.OPEN, Outcome.FAILED);
                assertThat(step.reason()).as(what).isNotNull();
            } else if (failed >= 0) {
                assertThat(step.outcome()).as(what).isEqualTo(Outcome.NOT_REACHED);
            }
        }
        assertThat(leaf.events())
                .as(what)
                .containsAll(took.stream().map(BehaviorEvent::id).toList());
        Truth truth = leaf.verdict().truth();
        boolean certainly = truth == Truth.TRUE;
        if (!took.isEmpty()) {
            NaiveSequences naive = new NaiveSequences(prefix(took.size()), events, certainly);
            assertThat(naive.holds(took) && inWindow().test(took)).as(what).isTrue();
        }
        if (truth != Truth.FALSE) {
            assertThat(failed).as(what).isEqualTo(-1);
            assertThat(took).as(what).hasSize(taking.size());
            assertThat(new NaiveSequences(pattern, events, certainly).stayedAway(last(took), now))
                    .as(what)
                    .isTrue();
            if (truth == Truth.TRUE) {
                assertThat(leaf.steps()).as(what).allMatch(step -> step.outcome() == Outcome.MET);
            }
            return;
        }
        assertThat(failed).as(what).isNotNegative();
        boolean open = leaf.steps().get(failed).outcome() == Outcome.OPEN;
        if (took.size() == taking.size()) {
            checkStayingAway(leaf.steps().get(failed), last(took), what);
            return;
        }
        assertThat(failed)
                .as(what)
                .isBetween(took.isEmpty() ? 0 : taking.get(took.size() - 1) + 1, taking.get(took.size()));
        NaiveSequences further = new NaiveSequences(prefix(took.size() + 1), events, false);
        assertThat(further.exists(inWindow())).as(what).isFalse();
        if (took.isEmpty()) {
            boolean over = window instanceof TimeWindow.Absolute absolute && !now.isBefore(absolute.end());
            assertThat(open).as(what).isEqualTo(!over);
        } else if (open) {
            assertThat(goesOn(took)).as(what).isTrue();
        } else {
            NaiveSequences same = new NaiveSequences(prefix(took.size()), events, false);
            assertThat(same.exists(inWindow().and(this::goesOn))).as(what).isFalse();
            checkInTheWay(leaf.steps().get(failed), failed, took, what);
        }
    }

    private void checkStayingAway(SeenStep step, BehaviorEvent last, String what) {
        SequencePattern.Step negated = pattern.steps().get(pattern.steps().size() - 1);
        Instant end = last.timestamp().plus(negated.within());
        if (step.event() == null) {
            assertThat(end).as(what).isAfter(now);
            assertThat(step.reason()).as(what).endsWith(" before " + end);
        } else {
            assertThat(NaiveSequences.match(negated, event(step))).as(what).isEqualTo(Truth.TRUE);
            assertThat(event(step).timestamp())
                    .as(what)
                    .isAfter(last.timestamp())
                    .isBeforeOrEqualTo(end);
        }
    }

    /** An event that is named lies behind those that took steps, and is what the step forbids, or what it wants at the wrong time. */
    private void checkInTheWay(SeenStep step, int place, List<BehaviorEvent> took, String what) {
        if (step.event() == null) {
            return;
        }
        BehaviorEvent event = event(step);
        SequencePattern.Step asked = pattern.steps().get(place);
        assertThat(events.indexOf(event)).as(what).isGreaterThan(events.indexOf(last(took)));
        if (asked.negate()) {
            assertThat(NaiveSequences.match(asked, event)).as(what).isEqualTo(Truth.TRUE);
        } else if (!pattern.strict()) {
            assertThat(NaiveSequences.match(asked, event)).as(what).isNotEqualTo(Truth.FALSE);
            List<BehaviorEvent> more = new ArrayList<>(took);
            more.add(event);
            assertThat(new NaiveSequences(prefix(more.size()), events, false).holds(more)
                            && inWindow().test(more))
                    .as(what)
                    .isFalse();
        }
    }

    /** Whether some event that comes now or later can take the next step behind an assignment. */
    private boolean goesOn(List<BehaviorEvent> took) {
        SequencePattern.Step next = pattern.steps().get(taking.get(took.size()));
        Instant last = last(took).timestamp();
        Instant first = took.get(0).timestamp();
        Instant earliest =
                next.minGap() == null || last.plus(next.minGap()).isBefore(now) ? now : last.plus(next.minGap());
        boolean near = next.maxGap() == null || Duration.between(last, earliest).compareTo(next.maxGap()) <= 0;
        boolean within =
                pattern.within() == null || Duration.between(first, earliest).compareTo(pattern.within()) <= 0;
        boolean inWindow =
                NaiveEvaluator.within(window, first, earliest) && NaiveEvaluator.within(window, earliest, earliest);
        boolean free = true;
        for (BehaviorEvent event : events.subList(events.indexOf(last(took)) + 1, events.size())) {
            free &= !pattern.strict();
            for (int i = taking.get(took.size() - 1) + 1; i < taking.get(took.size()); i++) {
                free &= NaiveSequences.match(pattern.steps().get(i), event) != Truth.TRUE;
            }
        }
        return near && within && inWindow && free;
    }

    private Predicate<List<BehaviorEvent>> inWindow() {
        return assigned -> assigned.stream().allMatch(event -> NaiveEvaluator.within(window, event.timestamp(), now));
    }

    /** The pattern up to the step that takes the so-manieth event. */
    private SequencePattern prefix(int events) {
        return new SequencePattern(
                pattern.steps().subList(0, taking.get(events - 1) + 1), pattern.within(), pattern.strict());
    }

    private BehaviorEvent event(SeenStep step) {
        return events.stream()
                .filter(event -> event.id().equals(step.event()))
                .findAny()
                .orElseThrow();
    }

    private static BehaviorEvent last(List<BehaviorEvent> events) {
        return events.get(events.size() - 1);
    }
}
