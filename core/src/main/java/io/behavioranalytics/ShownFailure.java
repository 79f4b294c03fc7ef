package io.behavioranalytics;

import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as a log may show it: what it was and where it came from. Its message is left out, since messages quote what callers
 * sent or what was stored; only that of a {@link StoreException} is bound to hold nothing of the kind.
 */
final class ShownFailure extends Throwable {
    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 8;
    private static final int LONGEST = 256;

    private ShownFailure(String what, @Nullable Throwable cause, StackTraceElement[] where) {
        super(what, cause, false, true);
        setStackTrace(where);
    }

    static ShownFailure of(Throwable failure) {
        return of(failure, 1);
    }

    private static ShownFailure of(Throwable failure, int depth) {
        Throwable cause = failure.getCause();
        String name = failure.getClass().getName();
        String what = failure instanceof StoreException store ? name + ": " + message(store) : name;
        return new ShownFailure(
                what, cause == null || depth == DEEPEST ? null : of(cause, depth + 1), failure.getStackTrace());
    }

    /** What a storage says of its failure, on one line. */
    static String message(StoreException failure) {
        String message = failure.getMessage();
        return message == null ? "" : SafeText.escape(message, LONGEST);
    }
}
