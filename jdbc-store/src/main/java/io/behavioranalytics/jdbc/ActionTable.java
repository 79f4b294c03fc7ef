package io.behavioranalytics.jdbc;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.decision.Adoption;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.Bulk.Column;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code scheduled_action}: the queue. Each claim raises the row's token, and what a claim's owner wants is done only
 * while the row still has its token: the fence against an owner that was taken for dead.
 */
final class ActionTable implements Queue {
    private static final String OPEN = "status in ('pending', 'claimed', 'running', 'dead')";
    /** Not "in ('claimed', 'running')": PostgreSQL would rather look through all that is under way, dead rows included, than by id. */
    private static final String HELD =
            " where id = :id and token = :token and status not in ('pending', 'done', 'dead', 'cancelled')";

    private static final String CLAIM_ORDER = " order by not_before, priority desc, id";
    private static final String RATE = "actions";
    private static final String MINUTE = "cast(floor(extract(epoch from " + StoreTime.SQL + ") / 60) as bigint)";

    private final Database database;
    private final Dialect dialect;
    private final @Nullable InstantSource clock;
    private final String table;
    private final String rates;
    private final Bulk insert;
    private final Bulk insertWhole;
    private final Bulk cancelWaiting;
    private final Bulk cancelRunning;

    ActionTable(Database database, @Nullable InstantSource clock) {
        this.database = database;
        this.clock = clock;
        dialect = database.dialect();
        table = database.schema() + "scheduled_action";
        rates = database.schema() + "claim_rate";
        List<Column> scheduled = List.of(
                new Column("id", ColumnType.UUID),
                new Column("execution_id", ColumnType.UUID),
                new Column("trigger_id", ColumnType.UUID),
                new Column("delay", ColumnType.LONG),
                new Column("due_at", ColumnType.INSTANT),
                new Column("priority", ColumnType.INTEGER),
                new Column("action", ColumnType.TEXT),
                new Column("action_id", ColumnType.TEXT),
                new Column("trigger_key", ColumnType.TEXT),
                new Column("subject", ColumnType.TEXT),
                new Column("cause", ColumnType.TEXT),
                new Column("parameters", ColumnType.JSON));
        Column notBefore = new Column("not_before", ColumnType.INSTANT);
        insert = Bulk.insert(table, with(scheduled, notBefore));
        insertWhole = Bulk.insert(
                table,
                with(
                        scheduled,
                        notBefore,
                        new Column("token", ColumnType.LONG),
                        new Column("attempts", ColumnType.INTEGER),
                        new Column("status", ColumnType.TEXT),
                        new Column("claimed_until", ColumnType.INSTANT),
                        new Column("settled_at", ColumnType.INSTANT),
                        new Column("cancelled_at", ColumnType.INSTANT),
                        new Column("cancellation", ColumnType.TEXT),
                        new Column("last_error", ColumnType.TEXT)));
        Column at = new Column("at", ColumnType.INSTANT);
        Column reason = new Column("reason", ColumnType.TEXT);
        Column id = new Column("id", ColumnType.UUID);
        cancelWaiting = Bulk.of(
                "update " + table + " a set status = 'cancelled', settled_at = u.at, cancellation = u.reason from "
                        + Bulk.rows(at, reason, id)
                        + " where a.id = u.id and a.status in ('pending', 'claimed') and a.cancellation is null",
                "update " + table + " set status = 'cancelled', settled_at = ?, cancellation = ?"
                        + " where id = ? and status in ('pending', 'claimed') and cancellation is null",
                at,
                reason,
                id);
        cancelRunning = Bulk.of(
                "update " + table + " a set cancelled_at = u.at, cancellation = u.reason from "
                        + Bulk.rows(at, reason, id)
                        + " where a.id = u.id and a.status not in ('pending', 'claimed', 'done', 'dead', 'cancelled')"
                        + " and a.cancellation is null",
                "update " + table + " set cancelled_at = ?, cancellation = ?"
                        + " where id = ? and status = 'running' and cancellation is null",
                at,
                reason,
                id);
    }

    private static Column[] with(List<Column> columns, Column... more) {
        return Stream.concat(columns.stream(), Stream.of(more)).toArray(Column[]::new);
    }

    // ---- what a commit does

    void schedule(Writes writes, List<SubjectChange> changes) {
        for (SubjectChange change : changes) {
            for (ScheduledAction scheduled : change.scheduled()) {
                List<@Nullable Object> values = new ArrayList<>();
                Collections.addAll(values, scheduled(scheduled));
                values.add(scheduled.dueAt());
                writes.add(insert, values.toArray());
            }
        }
    }

    private static @Nullable Object[] scheduled(ScheduledAction scheduled) {
        return new Object[] {
            scheduled.id(),
            scheduled.executionId(),
            scheduled.triggerId(),
            scheduled.action().delay().toNanos() / 1_000,
            scheduled.dueAt(),
            scheduled.priority(),
            scheduled.action().type(),
            scheduled.action().id(),
            scheduled.triggerKey(),
            Columns.text(scheduled.subject()),
            scheduled.cause(),
            Json.write(scheduled.action().parameters())
        };
    }

    /** Cancels what has not ended; a running attempt may end first. Rows are taken in the order of their ids. */
    void cancel(Handle handle, List<SubjectChange> changes, Instant at) throws SQLException {
        Map<UUID, Cancellation> first = new LinkedHashMap<>();
        for (SubjectChange change : changes) {
            change.cancelled().forEach(cancellation -> first.putIfAbsent(cancellation.actionId(), cancellation));
        }
        if (first.isEmpty()) {
            return;
        }
        handle.createQuery("select id from " + table + " where id = any(:ids) order by id for update")
                .bindArray("ids", UUID.class, List.copyOf(first.keySet()))
                .mapTo(UUID.class)
                .list();
        Writes writes = new Writes();
        for (Cancellation cancellation : first.values()) {
            writes.add(cancelWaiting, at, cancellation.reason().json(), cancellation.actionId());
            writes.add(cancelRunning, at, cancellation.reason().json(), cancellation.actionId());
        }
        writes.send(handle, dialect);
    }

    /** Query: open actions of a subject, all by scheduled_action_subject or some by the primary key. */
    void adopt(Handle handle, Adoption adoption, SubjectId target) {
        List<UUID> named = adoption.actions();
        String which = named == null ? "" : "id = any(:ids) and ";
        Update update = handle.createUpdate(
                        "update " + table + " set subject = :target where " + which + "subject = :source and " + OPEN)
                .bind("source", Columns.text(adoption.source()))
                .bind("target", Columns.text(target));
        if (named != null) {
            update.bindArray("ids", UUID.class, named);
        }
        update.execute();
    }

    /** Query: one of some actions that exist, by the primary key. */
    Optional<UUID> findAny(Handle handle, Collection<UUID> ids) {
        return handle.createQuery("select id from " + table + " where id = any(:ids) limit 1")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .mapTo(UUID.class)
                .findFirst();
    }

    // ---- upkeep

    /** Visits all actions in the order of their ids, by the primary key. */
    void visit(Handle handle, Consumer<? super ArchiveRecord> visitor) {
        handle.createQuery("select * from " + table + " order by id")
                .setFetchSize(1_000)
                .map((row, context) -> {
                    UUID id = Columns.uuid(row, "id");
                    ArchiveRecord read = database.damage().read(() -> "action " + id, () -> archived(row));
                    return read == null ? new ArchiveRecord.Damaged("action", id.toString()) : read;
                })
                .forEach(visitor);
    }

    private static ArchiveRecord archived(ResultSet row) throws SQLException {
        String reason = row.getString("cancellation");
        return new ArchiveRecord.Scheduled(
                action(row),
                choice(ActionStatus.values(), ActionStatus::json, row.getString("status")),
                row.getInt("attempts"),
                row.getLong("token"),
                Columns.instant(row, "not_before"),
                Columns.optionalInstant(row, "settled_at"),
                row.getString("last_error"),
                reason == null ? null : choice(Cancellation.Reason.values(), Cancellation.Reason::json, reason),
                Columns.optionalInstant(row, "cancelled_at"));
    }

    /** Puts actions in as an archive brings them; the lease of those that were claimed is over. */
    void restore(Writes writes, List<ArchiveRecord.Scheduled> actions) {
        for (ArchiveRecord.Scheduled archived : actions) {
            boolean underWay = archived.status() == ActionStatus.CLAIMED || archived.status() == ActionStatus.RUNNING;
            Cancellation.Reason reason = archived.cancellation();
            List<@Nullable Object> values = new ArrayList<>();
            Collections.addAll(values, scheduled(archived.action()));
            values.addAll(Arrays.asList(
                    archived.notBefore(),
                    archived.token(),
                    archived.attempts(),
                    archived.status().json(),
                    underWay ? Instant.EPOCH : null,
                    archived.settledAt(),
                    archived.cancelledAt(),
                    reason == null ? null : reason.json(),
                    archived.lastError()));
            writes.add(insertWhole, values.toArray());
        }
    }

    /** Forgets actions that were done or cancelled, the oldest first, by scheduled_action_settled. */
    int forget(Handle handle, Instant before, int limit) {
        return handle.createUpdate("delete from " + table + " where id in (select id from " + table
                        + dialect.choose("", " use index (scheduled_action_settled)")
                        + " where status in ('done', 'cancelled') and settled_at < :before"
                        + " order by settled_at limit :limit)")
                .bind("before", Columns.time(before))
                .bind("limit", limit)
                .execute();
    }

    // ---- the queue

    @Override
    public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
        limit(limit);
        lease(lease);
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
                + StoreTime.SQL + ")) as has_due, (select case when in_minute = " + MINUTE
                + " then claimed else 0 end from " + rates + " where name = :name) as claimed";
        return database.query(
                "looking for due actions",
                handle -> bindTypes(bindClock(handle.createQuery(sql)), wanted)
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
        List<Claim> claims = bindTypes(bindClock(handle.createQuery(sql)), wanted)
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
                                            new Claim(action(row), row.getInt("attempts"), row.getLong("token"))));
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
        return bindClock(handle.createQuery("select " + MINUTE))
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
        bindClock(handle.createUpdate("update " + table
                        + " set status = 'cancelled', settled_at = cancelled_at where id in"
                        + " (select id from " + table + " where status in ('claimed', 'running') and claimed_until <= "
                        + StoreTime.SQL + " and cancelled_at is not null order by id" + dialect.lockForChange() + ")"))
                .execute();
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        lease(lease);
        return database.write(
                "renewing a claim",
                (handle, attempt) -> bindClock(held(
                                        handle.createUpdate(
                                                "update " + table + " set status = 'running', claimed_until = "
                                                        + StoreTime.plus(dialect, ":lease") + HELD),
                                        claim))
                                .bind("lease", lease.toNanos() / 1_000)
                                .execute()
                        > 0);
    }

    @Override
    public boolean settle(Claim claim, Settlement settlement) {
        return database.write("settling a claim", (handle, attempt) -> {
            boolean settled = settle(handle, claim, settlement);
            // A repetition may come after a commit whose reply was lost: then it finds its own work.
            return settled || (attempt > 1 && wasSettled(handle, claim, settlement));
        });
    }

    private boolean settle(Handle handle, Claim claim, Settlement settlement) {
        if (settlement instanceof Settlement.Done done) {
            return held(
                                    handle.createUpdate("update " + table
                                            + " set status = 'done', settled_at = :at, cancellation = null,"
                                            + " cancelled_at = null"
                                            + HELD),
                                    claim)
                            .bind("at", Columns.time(done.at()))
                            .execute()
                    > 0;
        }
        if (settlement instanceof Settlement.Dead dead) {
            return held(
                                    handle.createUpdate("update " + table
                                            + " set status = case when cancelled_at is null then 'dead' else"
                                            + " 'cancelled' end, settled_at = :at, last_error = :error" + HELD),
                                    claim)
                            .bind("at", Columns.time(dead.at()))
                            .bind("error", dead.error())
                            .execute()
                    > 0;
        }
        Settlement.Retry retry = (Settlement.Retry) settlement;
        return held(
                                handle.createUpdate("update " + table
                                        + " set status = case when cancelled_at is null then 'pending' else"
                                        + " 'cancelled' end, settled_at = case when cancelled_at is null then"
                                        + " settled_at else cast(:at as timestamp(6) with time zone) end, not_before ="
                                        + " :notBefore, last_error = :error"
                                        + HELD),
                                claim)
                        .bind("at", Columns.time(retry.at()))
                        .bind("notBefore", Columns.time(retry.notBefore()))
                        .bind("error", retry.error())
                        .execute()
                > 0;
    }

    private boolean wasSettled(Handle handle, Claim claim, Settlement settlement) {
        String ended = settlement instanceof Settlement.Retry
                ? "status in ('pending', 'cancelled') and last_error = :error"
                : "status in ('done', 'dead', 'cancelled') and settled_at = :at";
        var query = handle.createQuery("select 1 from " + table + " where id = :id and token = :token and " + ended)
                .bind("id", claim.action().id())
                .bind("token", claim.token());
        if (settlement instanceof Settlement.Retry retry) {
            query.bind("error", retry.error());
        } else {
            query.bind("at", Columns.time(settlement.at()));
        }
        return query.mapTo(Integer.class).findFirst().isPresent();
    }

    private static Update held(Update update, Claim claim) {
        return update.bind("id", claim.action().id()).bind("token", claim.token());
    }

    private <S extends SqlStatement<S>> S bindClock(S statement) {
        return statement.bind("storeNow", clock == null ? null : Columns.time(clock.instant()));
    }

    @Override
    public boolean requeue(UUID actionId, Instant notBefore) {
        return database.write("requeueing an action", (handle, attempt) -> {
            int changed = handle.createUpdate(
                            "update " + table + " set status = 'pending', attempts = 0, settled_at = null,"
                                    + " not_before = :notBefore where id = :id and status = 'dead'")
                    .bind("id", actionId)
                    .bind("notBefore", Columns.time(notBefore))
                    .execute();
            return changed > 0
                    || (attempt > 1
                            && handle.createQuery("select 1 from " + table
                                            + " where id = :id and status = 'pending' and attempts = 0 and"
                                            + " not_before = :notBefore")
                                    .bind("id", actionId)
                                    .bind("notBefore", Columns.time(notBefore))
                                    .mapTo(Integer.class)
                                    .findFirst()
                                    .isPresent());
        });
    }

    /** Query: actions by id, by the primary key. */
    @Override
    public Map<UUID, ActionRecord> find(Collection<UUID> actionIds) {
        Map<UUID, ActionRecord> found = new LinkedHashMap<>();
        if (actionIds.isEmpty()) {
            database.check();
            return found;
        }
        Map<UUID, ActionRecord> stored = new HashMap<>();
        database.query(
                        "reading actions",
                        handle -> handle.createQuery("select * from " + table + " where id = any(:ids)")
                                .bindArray("ids", UUID.class, List.copyOf(actionIds))
                                .map((row, context) -> record(row))
                                .list())
                .forEach(record -> stored.put(record.action().id(), record));
        for (UUID id : actionIds) {
            ActionRecord record = stored.get(id);
            if (record != null) {
                found.put(id, record);
            }
        }
        return found;
    }

    /** Query: actions of a status in the order of their ids, by scheduled_action_status. */
    @Override
    public List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit) {
        limit(limit);
        return database.query("listing actions", handle -> {
            var query = handle.createQuery("select * from " + table + " where status = :status"
                            + (after == null ? "" : " and id > :after") + " order by id limit :limit")
                    .bind("status", status.json())
                    .bind("limit", limit);
            if (after != null) {
                query.bind("after", after);
            }
            return query.map((row, context) -> record(row)).list();
        });
    }

    /** Query: the earliest action to claim, by scheduled_action_pending and those under way, of which there are few. */
    @Override
    public Optional<Instant> nextDue(Collection<String> types) {
        if (types.isEmpty()) {
            database.check();
            return Optional.empty();
        }
        List<String> wanted = List.copyOf(types);
        return database.query(
                "reading the next action",
                handle -> bindTypes(
                                bindClock(handle.createQuery("select min(not_before) as earliest from ("
                                        + eachWaiting("not_before", wanted, "", " limit 1", "")
                                        + " union all (select min(not_before) from " + table
                                        + " where status in ('claimed', 'running') and cancelled_at is null and claimed_until <= "
                                        + StoreTime.SQL
                                        + " and action = any(:types))) b")),
                                wanted)
                        .map((row, context) -> Optional.ofNullable(Columns.optionalInstant(row, "earliest")))
                        .one());
    }

    private ActionRecord record(ResultSet row) throws SQLException {
        ActionStatus status = choice(ActionStatus.values(), ActionStatus::json, row.getString("status"));
        String reason = row.getString("cancellation");
        return new ActionRecord(
                shown(row),
                status,
                row.getInt("attempts"),
                Columns.instant(row, "not_before"),
                Columns.optionalInstant(row, "settled_at"),
                row.getString("last_error"),
                reason == null || status != ActionStatus.CANCELLED
                        ? null
                        : choice(Cancellation.Reason.values(), Cancellation.Reason::json, reason));
    }

    private static <E> E choice(E[] values, java.util.function.Function<E, String> name, String text) {
        return Stream.of(values)
                .filter(value -> name.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "a stored action says '" + text + "', which this code does not know"));
    }

    private static ScheduledAction action(ResultSet row) throws SQLException {
        return action(row, Columns.object(row, "parameters"));
    }

    /** An action to look at: what it was to be done with may be damaged, and is then left out. */
    private ScheduledAction shown(ResultSet row) throws SQLException {
        Map<String, @Nullable Object> parameters =
                database.damage().read(() -> "the parameters of an action", () -> Columns.object(row, "parameters"));
        return action(row, parameters == null ? Map.of() : parameters);
    }

    @SuppressWarnings("NullAway") // the core's classes, once compiled, do not show it that the map's values may be null
    private static ScheduledAction action(ResultSet row, Map<String, @Nullable Object> parameters) throws SQLException {
        return new ScheduledAction(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "execution_id"),
                Columns.uuid(row, "trigger_id"),
                row.getString("trigger_key"),
                Columns.subject(row, "subject"),
                new Action(
                        row.getString("action_id"),
                        row.getString("action"),
                        parameters,
                        Duration.ofNanos(row.getLong("delay") * 1_000)),
                row.getString("cause"),
                row.getInt("priority"),
                Columns.instant(row, "due_at"));
    }

    static void limit(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
    }

    static void lease(Duration lease) {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("lease must be positive: " + lease);
        }
    }
}
