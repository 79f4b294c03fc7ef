package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A host in a JVM of its own whose executor takes its time, to be frozen or killed in the middle of an action. */
final class SlowHost {
    private SlowHost() {}

    /**
     * Starts the host; it prints "ready", then "called" when its executor begins, "stale" before and after its work, then "done N stale N".
     *
     * @param end a file that ends the executor's work when it is there
     */
    static ChildJvm start(String url, Duration lease, Path end) {
        return ChildJvm.of(SlowHost.class, url, lease.toString(), end.toString())
                .start();
    }

    static Settings settings(Duration lease) {
        return Settings.builder()
                .actionLease(lease)
                .actionDeadline(Duration.ofMinutes(5))
                .processingInterval(Duration.ofMillis(20))
                .build();
    }

    /**
     * The host.
     *
     * @param args the database, the lease, and the file that ends the executor's work
     */
    public static void main(String[] args) {
        Path end = Path.of(args[2]);
        JdbcStore store = JdbcStore.builder().url(args[0]).build();
        BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store)
                .settings(settings(Duration.parse(args[1])))
                .action(Calls.note(request -> {
                    ChildJvm.acknowledge("called " + request.idempotencyKey() + " " + request.attempt());
                    boolean stale = request.isStale();
                    Waiting.until("the work is over", () -> Files.exists(end));
                    ChildJvm.acknowledge("stale " + stale + " " + request.isStale());
                    return ActionResult.success();
                }))
                .build()
                .start();
        ChildJvm.acknowledge("ready");
        Waiting.until(
                "the action has ended",
                Duration.ofMinutes(10),
                () -> analytics.statistics().actionsDone()
                                + analytics.statistics().staleResults()
                        > 0);
        ChildJvm.acknowledge("done " + analytics.statistics().actionsDone() + " stale "
                + analytics.statistics().staleResults());
        analytics.close();
        store.close();
    }
}
