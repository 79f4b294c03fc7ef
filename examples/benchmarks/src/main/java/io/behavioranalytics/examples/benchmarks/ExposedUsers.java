package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Users who were exposed once to one of four variants, with ten events each around it. User u and all of its events are functions of u. */
final class ExposedUsers {
    static final int EVENTS = 10;
    static final List<String> VARIANTS = List.of("control", "b", "c", "d");
    static final Instant BASE = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant END = BASE.plus(Duration.ofDays(90));

    private static final long DAY = 86_400_000L;
    private static final int UNITS = 100;
    private static final long SEED = 20_260_105;

    final int size;

    /** Events of user u stand from 10 u on, in order of time, in hours behind {@link #BASE}. */
    final int[] hours;

    final byte[] types;

    /** Hundredths; -1 for none. */
    final short[] cents;

    ExposedUsers(int size) {
        this.size = size;
        hours = new int[size * EVENTS];
        types = new byte[size * EVENTS];
        cents = new short[size * EVENTS];
        int[] sorted = new int[EVENTS];
        for (int u = 0; u < size; u++) {
            for (int i = 0; i < EVENTS; i++) {
                sorted[i] = (int) random(u, i, 90 * 24);
            }
            Arrays.sort(sorted);
            for (int i = 0; i < EVENTS; i++) {
                int at = u * EVENTS + i;
                hours[at] = sorted[i];
                types[at] = (byte) random(u, 100 + i, EventType.BUILT_IN.size());
                cents[at] = random(u, 200 + i, 3) == 0 ? -1 : (short) random(u, 300 + i, 10_000);
            }
        }
    }

    private static long random(int user, int k, int bound) {
        return (ReportRows.mix(SEED + user * 0x9E3779B97F4A7C15L + k * 0xD1B54A32D192ED03L) >>> 1) % bound;
    }

    int variant(int user) {
        return (int) random(user, 400, VARIANTS.size());
    }

    /** Hours behind {@link #BASE}, between the twentieth and the fiftieth day. */
    int exposed(int user) {
        return 20 * 24 + (int) random(user, 401, 30 * 24);
    }

    static SubjectId id(int user) {
        return SubjectId.lead("lead-" + user);
    }

    static Instant at(int hours) {
        return BASE.plusMillis(hours * (DAY / 24));
    }

    /** Stores the events as a decision without definitions would, but without states, and the exposures. */
    void fill(Store store, Experiment experiment) {
        List<CommitUnit> units = new ArrayList<>();
        List<Exposure> exposures = new ArrayList<>();
        for (int u = 0; u < size; u++) {
            units.add(unit(u));
            exposures.add(new Exposure(
                    experiment.id(),
                    experiment.version(),
                    experiment.phase().bucketVersion(),
                    id(u),
                    VARIANTS.get(variant(u)),
                    1,
                    -1,
                    at(exposed(u))));
            if (units.size() == UNITS || u == size - 1) {
                store.commit(new Batch(new UUID(1, u), "benchmark", END, units));
                store.ledger().expose(exposures);
                units = new ArrayList<>();
                exposures = new ArrayList<>();
            }
        }
    }

    private CommitUnit unit(int user) {
        List<BehaviorEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            int at = user * EVENTS + i;
            events.add(new BehaviorEvent(
                    new UUID(ReportRows.mix(2L * at), ReportRows.mix(2L * at + 1)),
                    null,
                    id(user).value(),
                    null,
                    i,
                    EventType.BUILT_IN.get(types[at]),
                    Category.ENGAGEMENT,
                    at(hours[at]),
                    "web",
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    cents[at] < 0 ? null : cents[at] / 100.0,
                    Map.of(),
                    true));
        }
        return new CommitUnit(List.of(new SubjectChange(
                id(user), 0, events, List.of(), null, null, null, false, List.of(), List.of(), List.of(), List.of(),
                List.of(), List.of())));
    }
}
