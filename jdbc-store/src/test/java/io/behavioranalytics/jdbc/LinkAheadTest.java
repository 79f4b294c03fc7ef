package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.profile.Profile;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An identification ahead of the clock waits in the database for its instant, whichever host lives to see it. */
@Timeout(300)
class LinkAheadTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SubjectId LEAD = SubjectId.lead("lead-1");
    private static final SubjectId SESSION = SubjectId.session("session-1");

    @Test
    void in_h2_a_link_takes_effect_at_its_instant_on_another_host() {
        theLinkTakesEffectAtItsInstant("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @Test
    void in_postgresql_a_link_takes_effect_at_its_instant_on_another_host() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            theLinkTakesEffectAtItsInstant(database.url());
        }
    }

    private static void theLinkTakesEffectAtItsInstant(String url) {
        VirtualClock clock = VirtualClock.at(NOW);
        Instant link = NOW.plusSeconds(180);
        try (BehaviorAnalytics one = host(url, clock)) {
            view(one, NOW);
            one.identify(SESSION.value(), LEAD.value(), link, UUID.randomUUID());
            clock.set(NOW.plusSeconds(60));
            view(one, clock.instant());
            assertThat(events(one, LEAD)).isZero();
            assertThat(events(one, SESSION)).isEqualTo(2);
        }
        try (BehaviorAnalytics other = host(url, clock)) {
            clock.set(link.minusNanos(1_000));
            other.runDue();
            assertThat(events(other, LEAD)).isZero();
            clock.set(link);
            other.runDue();
            assertThat(events(other, LEAD)).isEqualTo(2);
            view(other, link.plusNanos(1_000));
            clock.set(link.plusSeconds(1));
            other.runDue();
            assertThat(events(other, LEAD)).isEqualTo(3);
        }
    }

    private static BehaviorAnalytics host(String url, VirtualClock clock) {
        return BehaviorAnalytics.builder()
                .store(JdbcStore.builder().url(url).build())
                .clock(clock)
                .inlineActions()
                .build();
    }

    private static void view(BehaviorAnalytics host, Instant at) {
        host.track(TrackRequest.builder(EventType.PAGE_VIEW)
                .sessionId(SESSION.value())
                .timestamp(at)
                .build());
    }

    private static long events(BehaviorAnalytics host, SubjectId subject) {
        return host.profiles().get(subject).map(Profile::totalEvents).orElse(0L);
    }
}
