package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.SequenceMatcher;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.SequencePattern.Step;
import io.behavioranalytics.segment.SequenceProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The online matcher of sequences against every assignment there is (S14). */
class SequenceAgreementTest {
    private static final Instant START = RandomSequences.START;

    private int completions;
    private int questions;

    @Test
    void an_event_completes_a_sequence_exactly_when_some_assignment_ends_with_it() {
        Seeds.forEach("sequences", 20_000, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            SequencePattern pattern = RandomSequences.pattern(random);
            List<BehaviorEvent> events = events(random);
            SequenceMatcher matcher = SequenceMatcher.compile(pattern, "", new ArrayList<>());
            SequenceProgress progress = matcher.newProgress();
            for (int i = 0; i < events.size(); i++) {
                BehaviorEvent event = events.get(i);
                boolean expected = new NaiveSequences(pattern, events.subList(0, i + 1), true)
                        .exists(assigned -> assigned.get(assigned.size() - 1).equals(event));
                boolean seen = matcher.types().isEmpty() || matcher.types().contains(event.type());
                boolean completes = seen && matcher.completes(event, progress);
                questions++;
                completions += expected ? 1 : 0;
                assertThat(completes)
                        .as("%s by %s of %s", pattern, event.timestamp(), shown(events))
                        .isEqualTo(expected);
                if (random.nextInt(5) == 0) {
                    progress = read(matcher, bytes(progress));
                }
                if (random.nextInt(5) == 0) {
                    SequenceProgress before = progress;
                    byte[] was = bytes(before);
                    progress = progress.copy();
                    matcher.completes(RandomSequences.event(random, Duration.ofMinutes(60)), before.copy());
                    assertThat(bytes(before)).isEqualTo(was);
                }
            }
        });
        assertThat(completions).isGreaterThan(5_000);
        assertThat(questions - completions).isGreaterThan(5_000);
    }

    private static List<String> shown(List<BehaviorEvent> events) {
        return events.stream()
                .map(event -> event.type() + "@" + event.timestamp() + event.properties())
                .toList();
    }

    private static byte[] bytes(SequenceProgress progress) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            progress.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static SequenceProgress read(SequenceMatcher matcher, byte[] bytes) {
        try {
            return matcher.readProgress(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<BehaviorEvent> events(SplittableRandom random) {
        List<BehaviorEvent> events = new ArrayList<>();
        for (int i = random.nextInt(14); i > 0; i--) {
            events.add(RandomSequences.event(random, Duration.ofMinutes(random.nextInt(16))));
        }
        events.sort(NaiveIdentity.ORDER);
        return events;
    }

    @Test
    void a_greedy_choice_of_the_first_event_does_not_hide_a_later_one_that_is_near_enough() {
        SequencePattern pattern = SequencePattern.of(Step.of(EventType.FORM_START), Step.of(EventType.FORM_SUBMIT))
                .within(Duration.ofMinutes(10));

        assertThat(completing(
                        pattern,
                        at(EventType.FORM_START, 0),
                        at(EventType.FORM_START, 5),
                        at(EventType.FORM_SUBMIT, 12)))
                .containsExactly(12L);
    }

    @Test
    void within_and_gaps_are_inclusive() {
        SequencePattern pattern = SequencePattern.of(
                Step.of(EventType.FORM_START),
                Step.of(EventType.FORM_SUBMIT).after(Duration.ofMinutes(2), Duration.ofMinutes(5)));

        assertThat(completing(
                        pattern,
                        at(EventType.FORM_START, 0),
                        at(EventType.FORM_SUBMIT, 1),
                        at(EventType.FORM_SUBMIT, 2),
                        at(EventType.FORM_SUBMIT, 5),
                        at(EventType.FORM_SUBMIT, 6)))
                .containsExactly(2L, 5L);
    }

    @Test
    void a_negated_step_forbids_its_event_between_its_neighbors_only() {
        SequencePattern pattern = SequencePattern.of(
                Step.of(EventType.FORM_START), Step.no(EventType.PAGE_VIEW), Step.of(EventType.FORM_SUBMIT));

        assertThat(completing(
                        pattern,
                        at(EventType.PAGE_VIEW, 0),
                        at(EventType.FORM_START, 1),
                        at(EventType.FORM_SUBMIT, 2),
                        at(EventType.PAGE_VIEW, 3),
                        at(EventType.FORM_SUBMIT, 4)))
                .containsExactly(2L);
    }

    @Test
    void system_events_are_neither_steps_nor_in_the_way() {
        SequencePattern pattern = SequencePattern.of(Step.of(EventType.FORM_START), Step.of(EventType.FORM_SUBMIT))
                .strictly();
        SequenceMatcher matcher = SequenceMatcher.compile(pattern, "", new ArrayList<>());
        SequenceProgress progress = matcher.newProgress();
        BehaviorEvent system = at(EventType.IDENTIFY, 1);

        assertThat(matcher.completes(at(EventType.FORM_START, 0), progress)).isFalse();
        assertThat(matcher.completes(system, progress)).isFalse();
        assertThat(matcher.completes(at(EventType.FORM_SUBMIT, 2), progress)).isTrue();
    }

    @Test
    void what_waits_stays_small_however_many_events_there_are() {
        SequencePattern quick = SequencePattern.of(
                        Step.of(EventType.FORM_START),
                        Step.of(EventType.PAGE_VIEW).after(null, Duration.ofDays(1)),
                        Step.of(EventType.FORM_SUBMIT))
                .within(Duration.ofDays(7));
        SequencePattern slow = SequencePattern.of(
                        Step.of(EventType.FORM_START),
                        Step.of(EventType.FORM_SUBMIT).after(Duration.ofDays(30), null))
                .within(Duration.ofDays(60));
        SplittableRandom random = new SplittableRandom(1);

        assertThat(weight(quick, random, 50_000)).isLessThan(1_000);
        assertThat(weight(slow, random, 50_000)).isLessThan(40_000);
    }

    private static long weight(SequencePattern pattern, SplittableRandom random, int events) {
        SequenceMatcher matcher = SequenceMatcher.compile(pattern, "", new ArrayList<>());
        SequenceProgress progress = matcher.newProgress();
        for (int i = 0; i < events; i++) {
            matcher.completes(RandomSequences.event(random, Duration.ofSeconds(i)), progress);
        }
        return progress.weight();
    }

    @Test
    void what_must_stay_away_behind_the_last_event_is_told_apart() {
        SequencePattern pattern = SequencePattern.of(
                Step.of(EventType.FORM_START),
                Step.no(EventType.FORM_SUBMIT)
                        .where("properties.n", Operator.EQUALS, 1)
                        .within(Duration.ofMinutes(30)));
        SequenceMatcher matcher = SequenceMatcher.compile(pattern, "", new ArrayList<>());

        assertThat(matcher.waits()).isTrue();
        assertThat(matcher.waitMicros()).isEqualTo(1_800_000_000L);
        assertThat(matcher.completes(at(EventType.FORM_START, 0), matcher.newProgress()))
                .isTrue();
        assertThat(matcher.prevents(at(EventType.FORM_SUBMIT, 1))).isEqualTo(Truth.FALSE);
        assertThat(matcher.prevents(at(EventType.PAGE_VIEW, 1))).isEqualTo(Truth.FALSE);
    }

    private static List<Long> completing(SequencePattern pattern, BehaviorEvent... events) {
        SequenceMatcher matcher = SequenceMatcher.compile(pattern, "", new ArrayList<>());
        SequenceProgress progress = matcher.newProgress();
        return Arrays.stream(events)
                .filter(event -> matcher.completes(event, progress))
                .map(event -> Duration.between(START, event.timestamp()).toMinutes())
                .toList();
    }

    private static BehaviorEvent at(EventType type, int minute) {
        return EventBuilder.event(new UUID(1, minute), START.plus(Duration.ofMinutes(minute)))
                .lead("a")
                .type(type)
                .category(type.equals(EventType.IDENTIFY) ? Category.SYSTEM : Category.ENGAGEMENT)
                .build();
    }
}
