package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** The queue of the table {@code scheduled_action}: what a claim's owner wants is done only while the row still has its token. */
final class ActionQueue implements Queue {
    /** Not "in ('claimed', 'running')": PostgreSQL would rather look through all that is under way, dead rows included, than by id. */
    private static final String HELD =
            " where id = :id and token = :token and status not in ('pending', 'done', 'dead', 'cancelled')";

    private final Database database;
    private final Dialect dialect;
    private final @Nullable InstantSource clock;
    private final ActionClaims claims;
    private final String table;

    ActionQueue(Database database, @Nullable InstantSource clock) {
        this.database = database;
        this.clock = clock;
        dialect = database.dialect();
        claims = new ActionClaims(database, clock);
        table = database.schema() + "scheduled_action";
    }

    @Override
    public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
        return claims.claim(types, now, limit, lease, ratePerMinute);
    }

    @Override
    public Optional<Instant> nextDue(Collection<String> types) {
        return claims.nextDue(types);
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        Arguments.lease(lease);
        return database.write(
                "renewing a claim",
                (handle, attempt) -> StoreTime.bind(
                                        clock,
                                        held(
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
        if (settlement instanceof Settlement.Held held) {
            return held(
                                    handle.createUpdate("update " + table
                                            + " set status = case when cancelled_at is null then 'pending' else"
                                            + " 'cancelled' end, settled_at = case when cancelled_at is null then"
                                            + " settled_at else cast(:at as timestamp(6) with time zone) end,"
                                            + " not_before = :notBefore, attempts = attempts - 1"
                                            + HELD),
                                    claim)
                            .bind("at", Columns.time(held.at()))
                            .bind("notBefore", Columns.time(held.notBefore()))
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
        if (settlement instanceof Settlement.Held held) {
            return handle.createQuery("select 1 from " + table
                            + " where id = :id and token = :token and status in ('pending', 'cancelled')"
                            + " and not_before = :notBefore")
                    .bind("id", claim.action().id())
                    .bind("token", claim.token())
                    .bind("notBefore", Columns.time(held.notBefore()))
                    .mapTo(Integer.class)
                    .findFirst()
                    .isPresent();
        }
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
                                .map((row, context) -> ActionRow.record(row, database.damage()))
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
        Arguments.limit(limit);
        return database.query("listing actions", handle -> {
            var query = handle.createQuery("select * from " + table + " where status = :status"
                            + (after == null ? "" : " and id > :after") + " order by id limit :limit")
                    .bind("status", status.json())
                    .bind("limit", limit);
            if (after != null) {
                query.bind("after", after);
            }
            return query.map((row, context) -> ActionRow.record(row, database.damage()))
                    .list();
        });
    }
}
