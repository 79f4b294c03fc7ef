package io.behavioranalytics.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a lead takes over from the session that turns out to be its own (S11). */
class SubjectMemoryTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private final VirtualClock clock = VirtualClock.at(START);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .executor(Runnable::run)
            .inlineActions()
            .build();
    private final Trigger quote = analytics
            .triggers()
            .create(
                    TriggerDraft.fromJson(
                            "{\"name\": \"Quote\", \"event\": \"quote_request\", \"cooldown\": 0, \"actions\": [{\"action\": \"log\"}]}"));

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    /** A firing at a minute. */
    private void quote(@Nullable String session, @Nullable String lead, int minute) {
        clock.set(minute(minute));
        analytics.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                .sessionId(session)
                .leadId(lead)
                .build());
    }

    private static Instant minute(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    private SubjectMemory.@Nullable Firing firing(SubjectId subject) throws IOException {
        SubjectRecord record = Objects.requireNonNull(store.subjects()
                .load(List.of(subject), Subjects.Projection.STATE)
                .get(subject));
        SubjectState state = Objects.requireNonNull(record.state());
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.memory()))) {
            return SubjectMemory.readFrom(in).firing(quote.id());
        }
    }

    @Test
    void a_lead_without_firings_takes_over_the_sessions() throws IOException {
        quote("s", null, 1);
        quote("s", null, 2);
        clock.set(minute(3));

        analytics.identify("s", "a");

        assertThat(firing(SubjectId.lead("a"))).isEqualTo(new SubjectMemory.Firing(Micros.of(minute(2)), 2));
        assertThat(firing(SubjectId.session("s"))).isNull();
    }

    @Test
    void counts_are_added_and_the_later_instant_counts_whosever_it_is() throws IOException {
        quote("early", null, 1);
        quote("early", null, 2);
        quote(null, "a", 3);
        quote(null, "a", 4);
        quote(null, "a", 5);
        quote("late", null, 6);
        clock.set(minute(7));

        analytics.identify("early", "a");
        assertThat(firing(SubjectId.lead("a"))).isEqualTo(new SubjectMemory.Firing(Micros.of(minute(5)), 5));

        analytics.identify("late", "a");
        assertThat(firing(SubjectId.lead("a"))).isEqualTo(new SubjectMemory.Firing(Micros.of(minute(6)), 6));
    }

    @Test
    void what_is_inherited_is_inherited_once() throws IOException {
        quote("s", null, 1);
        clock.set(minute(2));
        analytics.identify("s", "a");
        clock.set(minute(3));
        analytics.identify("s", "a");
        analytics.identify("s", "b");
        quote("s", null, 4);

        assertThat(firing(SubjectId.lead("a"))).isEqualTo(new SubjectMemory.Firing(Micros.of(minute(1)), 1));
        assertThat(firing(SubjectId.lead("b"))).isEqualTo(new SubjectMemory.Firing(Micros.of(minute(4)), 1));
    }
}
