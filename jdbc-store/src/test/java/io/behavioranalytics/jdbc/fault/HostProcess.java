package io.behavioranalytics.jdbc.fault;

import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A host in a JVM of its own, to be killed: it sends the events of a campaign from four threads, runs what is due, and tells its
 * parent of each event that is stored and of each attempt at an action.
 */
final class HostProcess {
    private static final int THREADS = 4;

    /** A machine that is busy with other builds takes its time to open a database. */
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private static final String READY = "ready";
    private static final String STORED = "stored ";
    private static final String CALLED = "called ";

    private HostProcess() {}

    /** Starts a host that runs until it is killed. */
    static ChildJvm start(String url, Campaign campaign, long from, boolean delayedWrites) {
        return ChildJvm.of(
                        HostProcess.class,
                        url,
                        campaign.start().toString(),
                        String.valueOf(campaign.leads()),
                        String.valueOf(from),
                        String.valueOf(delayedWrites))
                .start();
    }

    /** Reads what a host has told. */
    static void read(List<String> lines, Set<Long> stored, Calls calls) {
        for (String line : lines) {
            if (line.startsWith(STORED)) {
                stored.add(Long.valueOf(line.substring(STORED.length())));
            } else if (line.startsWith(CALLED)) {
                String[] parts = line.substring(CALLED.length()).split(" ", 2);
                calls.add(UUID.fromString(parts[0]), Integer.parseInt(parts[1]));
            }
        }
    }

    /** Settings under which what a dead host held is soon free. */
    static Settings settings() {
        return Settings.builder()
                .actionLease(Duration.ofSeconds(1))
                .processingInterval(Duration.ofMillis(20))
                .triggerMaxExecutionRate(1_000_000)
                .build();
    }

    /** A store on an H2 file that writes when H2 by itself would. */
    private static JdbcStore writingLate(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(4);
        LateWrites connections = new LateWrites(pool);
        JdbcStore store = JdbcStore.builder()
                .dataSource(connections.dataSource())
                .timeout(START_LIMIT)
                .build();
        connections.begin();
        return store;
    }

    /**
     * The host.
     *
     * @param args the database, the campaign's start and leads, the first number, and whether H2 may write late
     */
    public static void main(String[] args) {
        Campaign campaign = new Campaign(Instant.parse(args[1]), Integer.parseInt(args[2]));
        JdbcStore store = Boolean.parseBoolean(args[4])
                ? writingLate(args[0])
                : JdbcStore.builder()
                        .url(args[0])
                        .connections(4)
                        .timeout(START_LIMIT)
                        .build();
        BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store)
                .settings(settings())
                .action(Calls.note(request -> {
                    ChildJvm.acknowledge(CALLED + request.idempotencyKey() + " " + request.attempt());
                    return ActionResult.success();
                }))
                .build()
                .start();
        ChildJvm.acknowledge(READY);
        Load load = new Load(
                campaign, Long.parseLong(args[3]), Long.MAX_VALUE, number -> ChildJvm.acknowledge(STORED + number));
        load.on(analytics, THREADS).awaitEnd();
    }
}
