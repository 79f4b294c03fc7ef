package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Every attempt at an action that an executor saw, on whatever host. Thread-safe. */
final class Calls {
    private final Map<UUID, List<Integer>> attempts = new HashMap<>();

    synchronized void add(UUID key, int attempt) {
        attempts.computeIfAbsent(key, first -> new ArrayList<>()).add(attempt);
    }

    /** The numbers of the attempts by the idempotency key, in the order in which they came. */
    synchronized Map<UUID, List<Integer>> attempts() {
        Map<UUID, List<Integer>> copy = new HashMap<>();
        attempts.forEach((key, numbers) -> copy.put(key, List.copyOf(numbers)));
        return copy;
    }

    synchronized int keys() {
        return attempts.size();
    }

    /** An executor of notes that notes its calls here and succeeds. */
    ActionExecutor executor() {
        return note(request -> {
            add(request.idempotencyKey(), request.attempt());
            return ActionResult.success();
        });
    }

    /** What an executor does. */
    interface Work {
        ActionResult on(ActionRequest request) throws Exception;
    }

    /** An executor of notes. */
    static ActionExecutor note(Work work) {
        return new ActionExecutor() {
            @Override
            public String type() {
                return Campaign.NOTE;
            }

            @Override
            public ActionResult execute(ActionRequest request) throws Exception {
                return work.on(request);
            }
        };
    }
}
