package io.behavioranalytics.action;

import io.behavioranalytics.json.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in action {@code log}: writes one line at INFO with the trigger's key and ids, and nothing else.
 *
 * <p>Parameters may hold what a person typed; they are never written. Of the subject its {@linkplain
 * io.behavioranalytics.event.SubjectId#pseudonym() pseudonym} is written; the execution's id leads to it.
 */
public final class LogExecutor implements ActionExecutor {
    /** The type of action that it carries out. */
    public static final String TYPE = "log";

    private static final Logger LOG = LoggerFactory.getLogger(LogExecutor.class);
    private static final int SHOWN = 128;

    /** Makes the executor; it has no state. */
    public LogExecutor() {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public ActionResult execute(ActionRequest request) {
        LOG.atInfo()
                .addArgument(() -> SafeText.escape(request.triggerKey(), SHOWN))
                .addArgument(() -> request.subject().pseudonym())
                .addArgument(request.executionId())
                .addArgument(request.idempotencyKey())
                .addArgument(request.attempt())
                .log("trigger {} fired for {}: execution {}, action {}, attempt {}");
        return ActionResult.success();
    }
}
