package io.behavioranalytics.testkit;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Writes down every attempt and answers as the test says, with success unless it says otherwise. Thread-safe. */
public final class RecordingExecutor implements ActionExecutor {
    private final String type;
    private final List<ActionRequest> requests = new ArrayList<>();
    private final Queue<ActionResult> answers = new ArrayDeque<>();

    /**
     * Makes an executor.
     *
     * @param type the type of action that it takes
     */
    public RecordingExecutor(String type) {
        this.type = type;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public synchronized ActionResult execute(ActionRequest request) {
        requests.add(request);
        ActionResult answer = answers.poll();
        return answer == null ? ActionResult.success() : answer;
    }

    /**
     * Sets the answer to the next attempt for which none is set yet.
     *
     * @param result the answer
     * @return this
     */
    public synchronized RecordingExecutor then(ActionResult result) {
        answers.add(result);
        return this;
    }

    /**
     * The attempts so far.
     *
     * @return in their order
     */
    public synchronized List<ActionRequest> requests() {
        return List.copyOf(requests);
    }
}
