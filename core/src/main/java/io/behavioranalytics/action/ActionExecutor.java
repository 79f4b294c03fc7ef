package io.behavioranalytics.action;

/**
 * Carries out actions of one type: the SPI for plugin authors.
 *
 * <p>Guarantees: an action is executed at least once and never after its cancellation was acknowledged; every attempt
 * carries the same {@link ActionRequest#idempotencyKey()}; two attempts of one action never run at once, except when a
 * host was taken for dead. Called from several threads at once; may block until the deadline, at which its thread is
 * interrupted. A thrown exception is a retry, an {@link Error} a failure. An executor has no way back into tracking.
 */
public interface ActionExecutor {
    /**
     * The type of action that it carries out.
     *
     * @return the type, such as {@code send_email}; always the same
     */
    String type();

    /**
     * Makes one attempt.
     *
     * @param request what to do
     * @return what came of it
     * @throws Exception if the attempt failed and may be repeated
     */
    ActionResult execute(ActionRequest request) throws Exception;

    /** What an executor does, for those that need no class of their own. */
    @FunctionalInterface
    interface Work {
        /**
         * Makes one attempt.
         *
         * @param request what to do
         * @return what came of it
         * @throws Exception if the attempt failed and may be repeated
         */
        ActionResult execute(ActionRequest request) throws Exception;
    }

    /**
     * An executor of one type.
     *
     * @param type the type of action
     * @param work what one attempt does
     * @return the executor
     */
    static ActionExecutor of(String type, Work work) {
        return new ActionExecutor() {
            @Override
            public String type() {
                return type;
            }

            @Override
            public ActionResult execute(ActionRequest request) throws Exception {
                return work.execute(request);
            }
        };
    }
}
