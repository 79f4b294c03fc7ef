package io.behavioranalytics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * bad-input.md C18 and C19: events that come again under one id. The files stand in {@code corpus/repeated}, their outcomes in its
 * {@code expect.tsv}; how they come makes no difference.
 */
class RepeatedCorpusTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    record Case(String file, List<Outcome> outcomes) {
        @Override
        public String toString() {
            return file;
        }

        List<TrackRequest> requests() {
            return TrackRequest.listFromJson(resource(file));
        }
    }

    static Stream<Case> corpus() {
        return new String(resource("expect.tsv"), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .map(row -> new Case(
                        row[0],
                        Stream.of(row[1].split(";", -1)).map(Outcome::valueOf).toList()));
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void in_one_call(Case input) {
        VirtualClock clock = VirtualClock.at(NOW);
        try (Store store = new InMemoryStore(clock);
                BehaviorAnalytics analytics = over(store, clock)) {
            verify(input, analytics.trackAll(input.requests()), analytics);
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void one_by_one(Case input) {
        VirtualClock clock = VirtualClock.at(NOW);
        try (Store store = new InMemoryStore(clock);
                BehaviorAnalytics analytics = over(store, clock)) {
            List<TrackResult> results = new ArrayList<>();
            for (TrackRequest request : input.requests()) {
                results.addAll(analytics.trackAll(List.of(request)));
            }
            verify(input, results, analytics);
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void to_two_hosts_of_one_store_in_turn(Case input) {
        VirtualClock clock = VirtualClock.at(NOW);
        try (Store store = new InMemoryStore(clock);
                BehaviorAnalytics one = over(store, clock);
                BehaviorAnalytics other = over(store, clock)) {
            List<TrackResult> results = new ArrayList<>();
            for (TrackRequest request : input.requests()) {
                BehaviorAnalytics host = results.size() % 2 == 0 ? one : other;
                results.addAll(host.trackAll(List.of(request)));
            }
            verify(input, results, one, other);
        }
    }

    private static void verify(Case input, List<TrackResult> results, BehaviorAnalytics... hosts) {
        BehaviorAnalytics analytics = hosts[0];
        assertThat(results).extracting(TrackResult::outcome).isEqualTo(input.outcomes());
        assertThat(counted(hosts, Statistics::accepted)).isEqualTo(count(input, Outcome.ACCEPTED));
        assertThat(counted(hosts, Statistics::duplicates)).isEqualTo(count(input, Outcome.DUPLICATE));
        assertThat(counted(hosts, Statistics::conflicts)).isEqualTo(count(input, Outcome.CONFLICT));
        // The first one stays: it alone is counted, and every answer shows it.
        BehaviorEvent first = results.stream()
                .filter(result -> result.outcome() == Outcome.ACCEPTED)
                .map(result -> Objects.requireNonNull(result.event()))
                .findFirst()
                .orElseThrow();
        assertThat(results)
                .filteredOn(result -> result.outcome() == Outcome.DUPLICATE || result.outcome() == Outcome.CONFLICT)
                .extracting(TrackResult::event)
                .containsOnly(first);
        for (String lead : List.of("lead-1", "lead-2")) {
            assertThat(analytics.profiles().get(SubjectId.lead(lead)).map(Profile::totalEvents))
                    .isEqualTo(lead.equals(first.leadId()) ? Optional.of(1L) : Optional.empty());
        }
    }

    private static long counted(BehaviorAnalytics[] hosts, ToLongFunction<Statistics> counter) {
        return Stream.of(hosts)
                .map(BehaviorAnalytics::statistics)
                .mapToLong(counter)
                .sum();
    }

    private static long count(Case input, Outcome outcome) {
        return input.outcomes().stream().filter(outcome::equals).count();
    }

    private static BehaviorAnalytics over(Store store, VirtualClock clock) {
        return BehaviorAnalytics.builder().store(store).clock(clock).build();
    }

    private static byte[] resource(String file) {
        try (InputStream in = RepeatedCorpusTest.class.getResourceAsStream("/corpus/repeated/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
