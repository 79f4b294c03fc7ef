package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store that tells the parent of each commit, once it is over, and makes no more than so many: for hosts that are killed in the middle
 * of what takes more, however late the parent comes to it.
 */
final class TellingStore {
    private TellingStore() {}

    /**
     * Puts one around another.
     *
     * @param store the real one
     * @param most how many commits there are; whoever begins another stands still until the host is killed
     */
    static Store of(Store store, int most) {
        AtomicInteger left = new AtomicInteger(most);
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    boolean commits = method.getName().equals("commit");
                    if (commits && left.getAndDecrement() <= 0) {
                        new CountDownLatch(1).await();
                    }
                    try {
                        Object answer = method.invoke(store, arguments);
                        if (commits) {
                            ChildJvm.acknowledge("committed");
                        }
                        return answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
