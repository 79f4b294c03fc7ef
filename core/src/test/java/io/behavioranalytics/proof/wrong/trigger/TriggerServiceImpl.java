package io.behavioranalytics.proof.wrong.trigger;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Badly named, reflective, and with three kinds of static mutable state. */
public final class TriggerServiceImpl {
    static int calls;
    static final AtomicLong COUNT = new AtomicLong();
    static final List<String> SEEN = new ArrayList<>();

    Method method() throws NoSuchMethodException {
        calls++;
        SEEN.add("" + COUNT.incrementAndGet());
        return String.class.getMethod("length");
    }
}
