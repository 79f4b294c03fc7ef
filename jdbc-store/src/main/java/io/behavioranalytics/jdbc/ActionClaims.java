package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.Claim;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Claiming actions of the table {@code scheduled_action}: which are due, how many the rate leaves room for, and whose they are from then
 * on. Each claim raises the row's token: the fence against an owner that was taken for dead.
 */
final class ActionClaims {
    private static final String CLAIM_ORDER = " order by not_before, priority desc, id";
    private static final String RATE = "actions";
    private static final String MINUTE = "cast(floor(extract(epoch from " + StoreTime.SQL + ") / 60) as bigint)";

    private final Database database;
    private final Dialect dialect;
    private final @Nullable InstantSource clock;
    private final String table;
    private final String rates;

    ActionClaims(Database database, @Nullable InstantSource clock) {
        this.database = database;
        this.clock = clock;
        dialect = database.dialect();
        table = database.schema() + "scheduled_action";
        rates = database.schema() + "claim_rate";
    }

    /** Claims as {@link io.behavioranalytics.store.Queue#claim} says. */
    List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
        Arguments.limit(limit);
        Arguments.lease(lease);
        if (types.isEmpty() || limit == 0 || ratePerMinute <= 0) {
            database.check();
            return List.of();
        }
        if (!isWorthClaiming(types, now, ratePerMinute)) {
            return List.of();
        }
        return database.write("claiming actions", (handle, attempt) -> {
            Long minute = ratePerMinute == Integer.MAX_VALUE ? null : currentMinute(handle);
            int allowed = limit;
            if (minute != null) {
                allowed = (int) Math.min(limit, Math.max(0, ratePerMinute - claimedIn(handle, minute)));
            }
            if (allowed == 0) {
                return List.of();
            }
            endCancelled(handle);
            List<Claim> claims = take(handle, types, now, allowed, lease);
            if (minute != null && !claims.isEmpty()) {
                handle.createUpdate("update " + rates + " set claimed = claimed + :more where name = :name")
                        .bind("more", claims.size())
                        .bind("name", RATE)
                        .execute();
            }
            return claims;
        });
    }

    /**
     * Query: whether there is something to claim and the minute has room for it, by scheduled_action_pending and those under way.
     * Hosts ask every second, mostly in vain: then nothing is written, and nobody waits for the row of the rate.
     */
    private boolean isWorthClaiming(Collection<String> types, Instant now, int ratePerMinute) {
        List<String> wanted = List.copyOf(types);
        String sql = "select (exists (" + eachWaiting("id", wanted, " and not_before <= :now", " limit 1", "")
                + ") or exists (select 1 from " + table
                + " where status in ('claimed', 'running') and claimed_until <= "
                + StoreTime.SQL
                + " and (cancelled_at is not null or action = any(:types)))) as has_due, (select case when in_minute = "
                + MINUTE
                + " then claimed else 0 end from " + rates + " where name = :name) as claimed";
        return database.query(
                "looking for due actions",
                handle -> bindTypes(StoreTime.bind(clock, handle.createQuery(sql)), wanted)
                        .bind("now", Columns.time(now))
                        .bind("name", RATE)
                        .map((row, context) -> row.getBoolean("has_due") && row.getLong("claimed") < ratePerMinute)
                        .one());
    }

    private List<Claim> take(Handle handle, Collection<String> types, Instant now, int limit, Duration lease) {
        String due = "not_before <= :now and action = any(:types)";
        String waiting = "status = 'pending' and " + due;
        String expired = "status in ('claimed', 'running') and claimed_until <= " + StoreTime.SQL + " and " + due;
        String claim = " set status = 'claimed', attempts = attempts + 1, token = token + 1, claimed_until = "
                + StoreTime.plus(dialect, ":lease");
        String columns = "id, not_before, priority";
        String end = CLAIM_ORDER + " limit :limit";
        List<String> wanted = List.copyOf(types);
        String earliest =
                eachWaiting(columns, wanted, " and not_before <= :now", " limit :limit", dialect.lockForChange());
        String behind = "select " + columns + " from " + table + " where " + expired;
        String sql = dialect.choose(
                "with w as materialized (" + earliest + "), x as materialized (" + behind + end
                        + " for no key update skip locked), c as materialized (select id from"
                        + " (select * from w union all select * from x) b" + end + ") update " + table + " a" + claim
                        + " from c where a.id = c.id returning a.*",
                "select * from final table (update " + table + claim + " where ((" + waiting + ") or (" + expired
                        + ")) and id in (select id from (" + earliest + " union all (" + behind + ")) b" + end + "))");
        List<UUID> damaged = new ArrayList<>();
        List<Claim> claims = bindTypes(StoreTime.bind(clock, handle.createQuery(sql)), wanted)
                .bind("now", Columns.time(now))
                .bind("lease", lease.toNanos() / 1_000)
                .bind("limit", limit)
                .map((row, context) -> {
                    UUID id = Columns.uuid(row, "id");
                    Claimed claimed = database.damage()
                            .read(
                                    () -> "action " + id,
                                    () -> new Claimed(
                                            Columns.instant(row, "not_before"),
                                            new Claim(
                                                    ActionRow.action(row),
                                                    row.getInt("attempts"),
                                                    row.getLong("token"))));
                    if (claimed == null) {
                        damaged.add(id);
                    }
                    return Optional.ofNullable(claimed);
                })
                .list()
                .stream()
                .flatMap(Optional::stream)
                .sorted(Claimed.ORDER)
                .map(Claimed::claim)
                .toList();
        for (UUID id : damaged) {
            handle.createUpdate("update " + table
                            + " set status = 'dead', settled_at = :at, last_error = :error where id = :id")
                    .bind("at", Columns.time(now))
                    .bind("error", "DAMAGED: the stored action cannot be read")
                    .bind("id", id)
                    .execute();
        }
        return claims;
    }

    /**
     * The first waiting actions of each type: so that those of types that nobody asks for, of which there may be many, are never
     * looked at. H2 locks with the update that chooses them.
     */
    private String eachWaiting(String columns, List<String> types, String due, String limit, String lock) {
        if (dialect instanceof PostgresDialect) {
            return "select e.* from unnest(cast(:types as text[])) as wanted(type) cross join lateral (select "
                    + columns
                    + " from " + table + " where status = 'pending' and action = wanted.type" + due + CLAIM_ORDER
                    + limit
                    + lock + ") e";
        }
        List<String> each = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            each.add("(select " + columns + " from " + table + " use index (scheduled_action_pending)"
                    + " where status = 'pending' and action = :type" + i + due
                    + CLAIM_ORDER.replace("by ", "by status, action, ") + limit + ")");
        }
        return String.join(" union all ", each);
    }

    private <S extends SqlStatement<S>> S bindTypes(S statement, List<String> types) {
        if (!(dialect instanceof PostgresDialect)) {
            for (int i = 0; i < types.size(); i++) {
                statement.bind("type" + i, types.get(i));
            }
        }
        return statement.bindArray("types", String.class, types);
    }

    /** A claim and what it is sorted by. */
    private record Claimed(Instant notBefore, Claim claim) {
        static final Comparator<Claimed> ORDER = Comparator.comparing(Claimed::notBefore)
                .thenComparing(claimed -> -claimed.claim.action().priority())
                .thenComparing((a, b) -> Long.compareUnsigned(
                        a.claim.action().id().getMostSignificantBits(),
                        b.claim.action().id().getMostSignificantBits()))
                .thenComparing((a, b) -> Long.compareUnsigned(
                        a.claim.action().id().getLeastSignificantBits(),
                        b.claim.action().id().getLeastSignificantBits()));
    }

    /** The whole minute of the store's clock. */
    private long currentMinute(Handle handle) {
        return StoreTime.bind(clock, handle.createQuery("select " + MINUTE))
                .mapTo(Long.class)
                .one();
    }

    /** How many actions were claimed in a minute; until the transaction ends no other host claims. */
    private long claimedIn(Handle handle, long minute) {
        handle.createUpdate("update " + rates + " set claimed = case when in_minute = :minute then claimed else 0 end,"
                        + " in_minute = :minute where name = :name")
                .bind("name", RATE)
                .bind("minute", minute)
                .execute();
        return handle.createQuery("select claimed from " + rates + " where name = :name")
                .bind("name", RATE)
                .mapTo(Long.class)
                .one();
    }

    /** Ends the attempts that were cancelled while they ran and whose lease is over. */
    private void endCancelled(Handle handle) {
        StoreTime.bind(
                        clock,
                        handle.createUpdate("update " + table
                                + " set status = 'cancelled', settled_at = cancelled_at where id in"
                                + " (select id from " + table
                                + " where status in ('claimed', 'running') and claimed_until <= "
                                + StoreTime.SQL + " and cancelled_at is not null order by id" + dialect.lockForChange()
                                + ")"))
                .execute();
    }

    /** Query: the earliest action to claim, by scheduled_action_pending and those under way, of which there are few. */
    Optional<Instant> nextDue(Collection<String> types) {
        if (types.isEmpty()) {
            database.check();
            return Optional.empty();
        }
        List<String> wanted = List.copyOf(types);
        return database.query(
                "reading the next action",
                handle -> bindTypes(
                                StoreTime.bind(
                                        clock,
                                        handle.createQuery("select min(not_before) as earliest from ("
                                                + eachWaiting("not_before", wanted, "", " limit 1", "")
                                                + " union all (select min(not_before) from " + table
                                                + " where status in ('claimed', 'running') and cancelled_at is null and claimed_until <= "
                                                + StoreTime.SQL
                                                + " and action = any(:types))) b")),
                                wanted)
                        .map((row, context) -> Optional.ofNullable(Columns.optionalInstant(row, "earliest")))
                        .one());
    }
}
