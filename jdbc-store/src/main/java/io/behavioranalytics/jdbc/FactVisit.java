package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ExecutionOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Facts from the first to the last, in one transaction that sees one state of the database. They are paged through by a key, so that no
 * more than a page is held, and each row is read once.
 */
final class FactVisit {
    private static final int PAGE = 1_000;

    private final Database database;
    private final String changes;
    private final String executions;
    private final String actions;

    FactVisit(Database database) {
        this.database = database;
        changes = database.schema() + "membership_change";
        executions = database.schema() + "trigger_execution";
        actions = database.schema() + "scheduled_action";
    }

    /** Reads what stands behind something. */
    @FunctionalInterface
    private interface Paging<R> {
        List<R> after(Handle handle, @Nullable R last);
    }

    private <R> void visit(String what, Paging<R> paging, Predicate<R> visitor) {
        database.readOnce(what, handle -> {
            @Nullable R last = null;
            while (true) {
                List<R> page = paging.after(handle, last);
                for (R row : page) {
                    if (!visitor.test(row)) {
                        return true;
                    }
                }
                if (page.size() < PAGE) {
                    return true;
                }
                last = page.get(page.size() - 1);
            }
        });
    }

    // ---- entries and exits

    /**
     * A row of {@code membership_change}.
     *
     * @param seq its number
     * @param change what it says, or null if it is damaged
     */
    private record Numbered(long seq, @Nullable MembershipChange change) {}

    /** Query: the changes of a segment, by membership_change_segment. */
    void memberships(UUID segmentId, Predicate<MembershipChange> visitor) {
        this.<Numbered>visit(
                "reading entries and exits",
                (handle, last) -> handle.createQuery("select * from " + changes
                                + " where segment_id = :segment and seq > :after order by seq limit :limit")
                        .bind("segment", segmentId)
                        .bind("after", last == null ? Long.MIN_VALUE : last.seq())
                        .bind("limit", PAGE)
                        .map((row, context) -> {
                            long seq = row.getLong("seq");
                            return new Numbered(
                                    seq,
                                    database.damage()
                                            .read(
                                                    () -> "the membership of number " + seq,
                                                    () -> FactRow.membership(row)));
                        })
                        .list(),
                row -> row.change() == null || visitor.test(row.change()));
    }

    // ---- firings

    /**
     * A row of {@code trigger_execution}.
     *
     * @param id its id
     * @param triggerId the trigger
     * @param at the decision instant
     * @param actions the ids of its actions, or null if it is damaged
     */
    private record Firing(
            UUID id, UUID triggerId, Instant at, @Nullable List<UUID> actions) {}

    /**
     * A firing, and its actions counted.
     *
     * @param firing the firing
     * @param outcome what became of it, or null if it is damaged
     */
    private record Counted(Firing firing, @Nullable ExecutionOutcome outcome) {}

    void outcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
        Instant first = storable(from);
        Instant end = storable(to);
        this.<Counted>visit(
                "reading firings",
                (handle, last) -> counted(handle, firings(handle, first, end, last == null ? null : last.firing())),
                row -> row.outcome() == null || visitor.test(row.outcome()));
    }

    /**
     * The first instant at or after another that a firing may have. Databases keep whole microseconds, and drivers would round to the
     * nearest; and instants beyond what they know are refused.
     */
    private static Instant storable(Instant bound) {
        long micros = Micros.ofAny(bound);
        return Micros.toInstant(Micros.toInstant(micros).isBefore(bound) ? Micros.plus(micros, 1) : micros);
    }

    /**
     * Query: the firings of a range, by trigger_execution_executed. Those of the last one's instant come apart: the databases do not both
     * find a pair of values by an index, and of one instant there may be any number.
     */
    private List<Firing> firings(Handle handle, Instant from, Instant to, @Nullable Firing last) {
        if (last == null) {
            return read(firings(handle, "executed_at >= :from and executed_at < :to", PAGE)
                    .bind("from", Columns.time(from))
                    .bind("to", Columns.time(to)));
        }
        List<Firing> page = read(firings(handle, "executed_at = :at and id > :last", PAGE)
                .bind("at", Columns.time(last.at()))
                .bind("last", last.id()));
        if (page.size() < PAGE) {
            page.addAll(read(firings(handle, "executed_at > :at and executed_at < :to", PAGE - page.size())
                    .bind("at", Columns.time(last.at()))
                    .bind("to", Columns.time(to))));
        }
        return page;
    }

    private Query firings(Handle handle, String which, int limit) {
        return handle.createQuery("select id, trigger_id, executed_at, actions from " + executions + " where " + which
                        + " order by executed_at, id limit :limit")
                .bind("limit", limit);
    }

    private List<Firing> read(Query query) {
        return new ArrayList<>(query.map((row, context) -> {
                    UUID id = Columns.uuid(row, "id");
                    return new Firing(
                            id,
                            Columns.uuid(row, "trigger_id"),
                            Columns.instant(row, "executed_at"),
                            database.damage().read(() -> "the execution " + id, () -> FactRow.actions(row)));
                })
                .list());
    }

    /** Query: the statuses of the actions of some firings, by the primary key. */
    private List<Counted> counted(Handle handle, List<Firing> firings) {
        List<UUID> ids = new ArrayList<>();
        for (Firing firing : firings) {
            List<UUID> scheduled = firing.actions();
            if (scheduled != null) {
                ids.addAll(scheduled);
            }
        }
        Map<UUID, String> statuses = new HashMap<>();
        for (int from = 0; from < ids.size(); from += PAGE) {
            handle.createQuery("select id, status from " + actions + " where id = any(:ids)")
                    .bindArray("ids", UUID.class, ids.subList(from, Math.min(ids.size(), from + PAGE)))
                    .map((row, context) -> Map.entry(Columns.uuid(row, "id"), row.getString("status")))
                    .forEach(found -> statuses.put(found.getKey(), found.getValue()));
        }
        return firings.stream()
                .map(firing -> new Counted(firing, outcome(firing, statuses)))
                .toList();
    }

    private static @Nullable ExecutionOutcome outcome(Firing firing, Map<UUID, String> statuses) {
        List<UUID> scheduled = firing.actions();
        return scheduled == null
                ? null
                : new ExecutionOutcome(
                        firing.id(),
                        firing.triggerId(),
                        firing.at(),
                        scheduled.size(),
                        count(scheduled, statuses, ActionStatus.DONE),
                        count(scheduled, statuses, ActionStatus.DEAD));
    }

    private static int count(List<UUID> scheduled, Map<UUID, String> statuses, ActionStatus wanted) {
        return (int) scheduled.stream()
                .filter(id -> wanted.json().equals(statuses.get(id)))
                .count();
    }
}
