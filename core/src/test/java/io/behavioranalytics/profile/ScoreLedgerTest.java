package io.behavioranalytics.profile;

import static io.behavioranalytics.profile.TestEvents.DAY;
import static io.behavioranalytics.profile.TestEvents.MINUTE;
import static io.behavioranalytics.profile.TestEvents.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.ScoreLedger.Entry;
import io.behavioranalytics.profile.ScoreLedger.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScoreLedgerTest {
    private final TestEvents events = new TestEvents();

    @Test
    void entries_sum_to_the_points_of_the_score() {
        Set<Reason> seen = EnumSet.noneOf(Reason.class);
        for (long seed = 0; seed < 1_500; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, seed % 50 == 0 ? 3_000 : 60);
            long now = TestEvents.instant(random, timeline);
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            timeline.forEach(fold::apply);
            for (Score score : Score.values()) {
                ScoreLedger ledger = ScoreLedger.of(score, timeline, ScoringModel.defaults(), now);
                double sum =
                        ledger.entries().stream().mapToDouble(Entry::remaining).sum();
                assertThat(sum).as("seed %d", seed).isCloseTo(ledger.points(), within(1e-9));
                assertThat(ledger.points()).isEqualTo(fold.points(score, now));
                assertThat(ledger.value()).isEqualTo(fold.score(score, now));
                assertThat(ledger.asOf()).isEqualTo(Micros.toInstant(now));
                ledger.entries().forEach(entry -> seen.add(entry.reason()));
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(Reason.values());
    }

    @Test
    void a_line_says_which_event_added_how_much_why_and_what_is_left() {
        BehaviorEvent view = events.view(START, "/pricing");
        BehaviorEvent form = events.at(START + 14 * DAY, EventType.FORM_START);
        ScoreLedger ledger =
                ScoreLedger.of(Score.INTEREST, List.of(view, form), ScoringModel.defaults(), START + 28 * DAY);
        assertThat(ledger.entries())
                .containsExactly(
                        new Entry(view.id(), EventType.PAGE_VIEW, view.timestamp(), Reason.HIGH_VALUE_PAGE, 3, 3 / 4.0),
                        new Entry(form.id(), EventType.FORM_START, form.timestamp(), Reason.EVENT_TYPE, 3, 3 / 2.0),
                        new Entry(form.id(), EventType.FORM_START, form.timestamp(), Reason.RETURN_VISIT, 2, 1));
        assertThat(ledger.points()).isEqualTo(3.25);
    }

    @Test
    void the_bonuses_of_intent_stand_at_the_tenth_event_and_at_the_first_intent_event() {
        List<BehaviorEvent> timeline = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            timeline.add(events.at(START + i * MINUTE, i == 3 ? EventType.QUOTE_REQUEST : EventType.PAGE_VIEW));
        }
        ScoreLedger ledger = ScoreLedger.of(Score.INTENT, timeline, ScoringModel.defaults(), START + 11 * MINUTE);
        assertThat(ledger.entries())
                .extracting(Entry::eventId, Entry::reason, Entry::points)
                .containsExactly(
                        tuple(timeline.get(3).id(), Reason.EVENT_TYPE, 20),
                        tuple(timeline.get(3).id(), Reason.FAST_INTENT, 10),
                        tuple(timeline.get(9).id(), Reason.BURST, 10));
    }

    @Test
    void an_instant_before_the_last_event_is_refused() {
        List<BehaviorEvent> timeline = List.of(events.at(START, EventType.PAGE_VIEW));
        assertThatThrownBy(() -> ScoreLedger.of(Score.INTENT, timeline, ScoringModel.defaults(), START - 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
