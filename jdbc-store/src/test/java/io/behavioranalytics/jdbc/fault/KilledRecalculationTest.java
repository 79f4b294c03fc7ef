package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host is killed in the middle of calculating a segment anew; another one finishes, and the difference is recorded once (S16). */
@Timeout(1_800)
class KilledRecalculationTest {
    private static final int LEADS = FaultSize.of(600, 5_000);
    private static final int ROUNDS = FaultSize.of(2, 40);

    private static final int BATCH = 10;

    /** To decide everybody on the new version takes so many commits at the least. */
    private static final int COMMITS = LEADS / BATCH;

    private static final String THROUGH = "through";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LONGEST_LIFE = Duration.ofMillis(2);

    /** A host in a JVM of its own that changes the segment and tells of each of its commits. */
    static final class Host {
        private Host() {}

        public static void main(String[] args) throws InterruptedException {
            JdbcStore store = JdbcStore.builder().url(args[0]).connections(4).build();
            BehaviorAnalytics analytics = host(TellingStore.of(store, COMMITS - 1));
            analytics.segments().update("viewers", draft(Integer.parseInt(args[1])));
            analytics.segments().recalculation().await(START_LIMIT);
            ChildJvm.acknowledge(THROUGH);
            new CountDownLatch(1).await(); // until it is killed
        }
    }

    private static BehaviorAnalytics host(Store store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(Settings.builder().batchSize(BATCH).build())
                .build();
    }

    private static SegmentDraft draft(int least) {
        return SegmentDraft.fromJson("{\"name\": \"Viewers\", \"criteria\": {\"eventFilters\": [{\"eventType\":"
                + " \"page_view\", \"minFrequency\": " + least + "}]}}");
    }

    private final Map<SubjectId, List<Boolean>> expected = new HashMap<>();

    @ParameterizedTest
    @EnumSource
    void another_host_finishes_and_the_difference_is_recorded_exactly_once(Site.Kind kind) throws Exception {
        Random random = FaultSize.random("kill -9 while recalculating on " + kind);
        List<Integer> commits = new ArrayList<>();
        try (Site site = Site.of(kind)) {
            populate(site);
            int least = 1;
            for (int round = 0; round < ROUNDS; round++) {
                // One page view each, two of every other: who has one leaves and comes back by turns.
                least = 3 - least;
                commits.add(killed(site, least, random));
                finish(site, least);
            }
        }
        FaultSize.report("kill -9 while recalculating on " + kind + ": " + LEADS + " subjects, killed after " + commits
                + " commits of " + COMMITS);
    }

    private void populate(Site site) {
        try (JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store)) {
            analytics.segments().create(draft(1));
            List<TrackRequest> events = new ArrayList<>();
            for (int lead = 0; lead < LEADS; lead++) {
                for (int views = 1 + lead % 2; views > 0; views--) {
                    events.add(TrackRequest.builder(EventType.PAGE_VIEW)
                            .leadId("lead-" + lead)
                            .build());
                }
                expected.put(SubjectId.lead("lead-" + lead), new ArrayList<>(List.of(true)));
            }
            assertThat(analytics.trackAll(events))
                    .extracting(TrackResult::outcome)
                    .containsOnly(TrackResult.Outcome.ACCEPTED);
            assertThat(analytics.segments().members("viewers", null, 2 * LEADS)).hasSize(LEADS);
        }
    }

    /** How many commits the host told of before it died, which are not all. */
    private static int killed(Site site, int least, Random random) {
        try (ChildJvm host =
                ChildJvm.of(Host.class, site.url(), String.valueOf(least)).start()) {
            int after = 1 + random.nextInt(COMMITS / 2);
            List<String> lines = host.killAtRandom(random, after, START_LIMIT, LONGEST_LIFE);
            assertThat(lines).as("it was killed in the middle").doesNotContain(THROUGH);
            return lines.size();
        }
    }

    private void finish(Site site, int least) throws InterruptedException {
        try (JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store).start()) {
            Waiting.until("the new version answers", () -> {
                analytics.runDue();
                return !analytics.segments().get("viewers").orElseThrow().calculating();
            });
            assertThat(analytics.segments().recalculation().await(Duration.ofMinutes(3)))
                    .isTrue();
            List<SubjectId> members = analytics.segments().members("viewers", null, 2 * LEADS);
            assertThat(members).hasSize(least == 1 ? LEADS : LEADS / 2);
            expected.forEach((subject, changes) -> {
                boolean one = Integer.parseInt(subject.value().substring("lead-".length())) % 2 == 0;
                if (one) {
                    changes.add(least == 1);
                }
            });
            Map<SubjectId, List<Boolean>> recorded = new HashMap<>();
            for (MembershipChange change : analytics.segments().history("viewers", null, 1_000_000)) {
                recorded.computeIfAbsent(change.subject(), any -> new ArrayList<>())
                        .add(change.entered());
            }
            assertThat(recorded).as("entries and exits, each once").isEqualTo(expected);
        }
    }
}
