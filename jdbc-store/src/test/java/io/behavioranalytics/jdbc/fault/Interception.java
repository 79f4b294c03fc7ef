package io.behavioranalytics.jdbc.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;

/** What is done about each call of an interface's methods, for stores of which a test watches or changes one thing. */
interface Interception {
    /**
     * Does the real thing, and whatever else.
     *
     * @param method its name
     * @param real does it
     * @return what the caller gets
     */
    Object call(String method, Callable<Object> real) throws Exception;

    /** The same as another, but for what is done about its calls. */
    static <T> T around(Class<T> type, T real, Interception interception) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> interception.call(method.getName(), () -> {
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException thrown) {
                        if (thrown.getCause() instanceof Exception cause) {
                            throw cause;
                        }
                        throw thrown;
                    }
                })));
    }
}
