package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stands for what a host would do, such as sending the e-mail: it only remembers what it was asked. Thread-safe. */
final class RecordingExecutor implements ActionExecutor {
    private final String type;
    private final Queue<ActionRequest> requests = new ConcurrentLinkedQueue<>();

    RecordingExecutor(String type) {
        this.type = type;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public ActionResult execute(ActionRequest request) {
        requests.add(request);
        return ActionResult.success();
    }

    /** What it was asked so far, in order. */
    List<ActionRequest> requests() {
        return List.copyOf(requests);
    }
}
