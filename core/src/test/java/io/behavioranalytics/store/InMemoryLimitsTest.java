package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Skip;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the store in memory forgets, so that it does not grow by what nobody asks for any more. */
class InMemoryLimitsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static Skip skip(int number) {
        return new Skip(
                new UUID(0, number % 3),
                "trigger",
                1,
                SubjectId.lead("lead-" + number % 7),
                NOW.plusSeconds(number),
                NOW,
                Skip.Reason.COOLDOWN);
    }

    @Test
    void a_full_log_keeps_the_newest_however_it_is_asked() {
        FactLog<Skip> log = new FactLog<>(Skip::triggerId, Skip::subject, 10);
        IntStream.range(0, 57).forEach(i -> log.add(skip(i)));
        List<Skip> newest =
                IntStream.range(47, 57).mapToObj(InMemoryLimitsTest::skip).toList();

        assertThat(log.newest(null, null, 100)).isEqualTo(newest);
        assertThat(log.newest(new UUID(0, 1), null, 100))
                .isEqualTo(newest.stream()
                        .filter(skip -> skip.triggerId().equals(new UUID(0, 1)))
                        .toList());
        assertThat(log.newest(null, SubjectId.lead("lead-3"), 100))
                .isEqualTo(newest.stream()
                        .filter(skip -> skip.subject().equals(SubjectId.lead("lead-3")))
                        .toList());
        assertThat(log.count(new UUID(0, 1))).isEqualTo(3);
    }

    @Test
    void the_newest_10_000_batches_are_remembered() {
        try (InMemoryStore store = new InMemoryStore(() -> NOW)) {
            SubjectId ada = SubjectId.lead("lead-ada");
            SubjectChange change = new SubjectChange(
                    ada, 0, List.of(), List.of(), null, null, null, false, List.of(), List.of(), List.of(), List.of(),
                    List.of(), List.of());
            assertThat(change.isGuard()).isTrue();
            Batch first = new Batch(new UUID(0, 0), "host", NOW, List.of(new CommitUnit(List.of(change))));
            List<UnitOutcome> answer = store.commit(first);
            IntStream.range(1, 10_000).forEach(i -> store.commit(new Batch(new UUID(0, i), "host", NOW, List.of())));

            assertThat(store.commit(first)).isSameAs(answer);
            store.commit(new Batch(new UUID(1, 0), "host", NOW, List.of()));
            assertThat(store.commit(first)).isEqualTo(answer).isNotSameAs(answer);
        }
    }
}
