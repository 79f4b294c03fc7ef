package io.behavioranalytics;

import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Queue;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The scheduled actions: what waits, what was done, and what was given up. Thread-safe. */
public final class Actions {
    private static final int PAGE = 1_000;

    private final Queue queue;
    private final InstantSource clock;
    private final Alarm alarm;

    Actions(Queue queue, InstantSource clock, Alarm alarm) {
        this.queue = queue;
        this.clock = clock;
        this.alarm = alarm;
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
        return queue.list(status, after, limit);
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
     * Counts the actions of each status by reading them all: for people, not for every request.
     *
     * @return a number for every status
     */
    public Map<ActionStatus, Long> counts() {
        Map<ActionStatus, Long> counts = new EnumMap<>(ActionStatus.class);
        for (ActionStatus status : ActionStatus.values()) {
            long count = 0;
            List<ActionRecord> page = queue.list(status, null, PAGE);
            while (!page.isEmpty()) {
                count += page.size();
                UUID last = page.get(page.size() - 1).action().id();
                page = page.size() < PAGE ? List.of() : queue.list(status, last, PAGE);
            }
            counts.put(status, count);
        }
        return counts;
    }
}
