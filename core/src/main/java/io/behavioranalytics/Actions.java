package io.behavioranalytics;

import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Queue;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The scheduled actions: what waits, what was done, and what was given up. Thread-safe. */
public final class Actions {
    private final Queue queue;
    private final Ledger ledger;
    private final InstantSource clock;
    private final Alarm alarm;
    private final Unhandled unhandled;

    Actions(Queue queue, Ledger ledger, InstantSource clock, Alarm alarm, Unhandled unhandled) {
        this.queue = queue;
        this.ledger = ledger;
        this.clock = clock;
        this.alarm = alarm;
        this.unhandled = unhandled;
    }

    /**
     * Lists actions of one status in the order of their ids.
     *
     * @param status which
     * @param after only actions behind this one, or null from the first on
     * @param limit the most actions, 0 or more
     * @return the actions
     */
    public List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit) {
        return queue.list(Objects.requireNonNull(status, "status"), after, limit);
    }

    /**
     * Finds an action.
     *
     * @param actionId its id, which is its idempotency key
     * @return the action, or empty if there is none of that id
     */
    public Optional<ActionRecord> find(UUID actionId) {
        return Optional.ofNullable(queue.find(List.of(actionId)).get(actionId));
    }

    /**
     * The dead letters: actions that were given up, each with its last error, in the order of their ids.
     *
     * @param after only actions behind this one, or null from the first on
     * @param limit the most actions, 0 or more
     * @return the actions
     */
    public List<ActionRecord> deadLetters(@Nullable UUID after, int limit) {
        return queue.list(ActionStatus.DEAD, after, limit);
    }

    /**
     * Makes a dead action due again, now; its attempts count from the beginning, its idempotency key stays.
     *
     * @param actionId the action
     * @return false if there is no dead action of that id
     */
    public boolean requeue(UUID actionId) {
        boolean found = queue.requeue(actionId, clock.instant());
        if (found) {
            alarm.raise();
        }
        return found;
    }

    /**
     * Counts the actions of each status, those that ended included until maintenance forgets them: in a database work that grows
     * with their number.
     *
     * @return a number for every status
     */
    public Map<ActionStatus, Long> counts() {
        return ledger.actionCounts();
    }

    /**
     * Counts the due actions that this host has no executor for, by type. They wait, and are lost to nobody: a host that has the
     * executor takes them. If none ever comes, this is where it shows; the loop of {@link BehaviorAnalytics#start()} warns of
     * those that have waited for more than a minute.
     *
     * @return a positive number for each such type, by their names
     */
    public SortedMap<String, Long> unhandled() {
        return unhandled.at(clock.instant());
    }
}
