package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Upkeep;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Maintenance by the loop: every interval one round, a small step each time the loop comes by, so that timers and actions wait for
 * one step at most. Used by one thread at a time.
 */
final class MaintenanceRounds {
    private static final GuardedLog LOG = GuardedLog.of(MaintenanceRounds.class);

    /** The first round of a host that was just started comes soon, in case it never lives for a whole interval. */
    private static final Duration FIRST = Duration.ofMinutes(1);

    private static final int PAGE = 1_000;
    private static final int MOST_PAGES = 64;

    private enum Phase {
        PURGE,
        FORGET,
        PACK,
        CHECK,
        REFRESH
    }

    private final Maintenance maintenance;
    private final InstantSource clock;
    private final Optional<Duration> interval;
    private final int sample;
    private final RandomGenerator random;

    private @Nullable Instant next;
    private Phase phase = Phase.PURGE;
    private @Nullable SubjectId reached;
    private @Nullable SubjectId checked;
    private @Nullable UUID refreshed;
    private boolean begun;

    MaintenanceRounds(Maintenance maintenance, InstantSource clock, Settings settings, RandomGenerator random) {
        this.maintenance = maintenance;
        this.clock = clock;
        this.interval = settings.maintenanceInterval();
        this.sample = settings.selfCheckSample();
        this.random = random;
    }

    /** Does the next step if it is time; true if another one is to follow at once. */
    boolean step() {
        if (interval.isEmpty()) {
            return false;
        }
        Duration every = interval.get();
        Instant now = clock.instant();
        Instant at = next;
        if (at == null) {
            next = now.plus(every.compareTo(FIRST) < 0 ? every : FIRST);
            return false;
        }
        if (now.isBefore(at)) {
            return false;
        }
        try {
            if (work()) {
                return true;
            }
        } catch (StoreException failed) {
            LOG.warn("maintenance stopped, the next round begins anew: {}", failed.getMessage());
            phase = Phase.PURGE;
            reached = null;
            refreshed = null;
        }
        next = now.plus(every);
        return false;
    }

    /** One step; false once the round is over. */
    private boolean work() {
        switch (phase) {
            case PURGE -> goOn(maintenance.purgeStep(reached), Phase.FORGET);
            case FORGET -> phase = maintenance.forgetStep() > 0 ? Phase.FORGET : Phase.PACK;
            case PACK -> goOn(maintenance.packStep(reached), Phase.CHECK);
            case CHECK -> {
                check();
                phase = Phase.REFRESH;
            }
            case REFRESH -> {
                refreshed = maintenance.refreshStep(refreshed);
                if (refreshed == null) {
                    phase = Phase.PURGE;
                    return false;
                }
            }
        }
        return true;
    }

    private void goOn(Upkeep.Progress progress, Phase following) {
        reached = progress.reached();
        if (progress.complete()) {
            phase = following;
            reached = null;
        }
    }

    /** Verifies the next few subjects; so in time everybody has a turn, whatever the number of subjects. */
    private void check() {
        if (sample == 0) {
            return;
        }
        if (!begun) {
            begun = true;
            // Not always the same ones first, however often hosts are started.
            for (int pages = random.nextInt(MOST_PAGES); pages > 0; pages--) {
                List<SubjectId> page = maintenance.decided(checked, PAGE);
                checked = page.isEmpty() ? null : page.get(random.nextInt(page.size()));
            }
        }
        List<SubjectId> subjects = maintenance.decided(checked, sample);
        checked = subjects.size() < sample ? null : subjects.get(subjects.size() - 1);
        maintenance.check(subjects);
    }
}
