package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store that tells the parent of each commit, once it is over: for hosts that are killed in the middle of many. */
final class TellingStore {
    private TellingStore() {}

    static Store of(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(store, arguments);
                        if (method.getName().equals("commit")) {
                            ChildJvm.acknowledge("committed");
                        }
                        return answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
