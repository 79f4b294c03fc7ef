package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.Bulk.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code subject_timer}: who is to be decided when. A row is written only when its instant becomes earlier, or when a
 * claim has been worked off; the subject's own row repeats the instant, so that a commit knows without reading this table.
 */
final class TimerTable {
    private static final Column DUE = new Column("due", ColumnType.INSTANT);
    private static final Column SUBJECT = new Column("subject", ColumnType.TEXT);

    private final Dialect dialect;
    private final String table;
    private final Bulk insert;
    private final Bulk lower;
    private final Bulk replace;
    private final Bulk remove;

    TimerTable(Database database) {
        dialect = database.dialect();
        table = database.schema() + "subject_timer";
        insert = Bulk.insert(table, DUE, SUBJECT);
        lower = set("");
        replace = set(", claimed_until = null");
        remove = Bulk.of(
                "delete from " + table + " t using " + Bulk.rows(SUBJECT) + " where t.subject = u.subject",
                "delete from " + table + " where subject = ?",
                SUBJECT);
    }

    private Bulk set(String claim) {
        return Bulk.of(
                "insert into " + table + " (due, subject) select u.due, u.subject from " + Bulk.rows(DUE, SUBJECT)
                        + " on conflict (subject) do update set due = excluded.due" + claim,
                "merge into " + table
                        + " t using (values (cast(? as timestamp(6) with time zone), cast(? as varchar(264))))"
                        + " u(due, subject) on t.subject = u.subject when matched then update set due = u.due" + claim
                        + " when not matched then insert (due, subject) values (u.due, u.subject)",
                DUE,
                SUBJECT);
    }

    /**
     * Notes the instants that changes bring, in the rows and in the table.
     *
     * @param writes receives the rows
     * @param changes no guards
     * @param rows the subjects' rows
     * @param careful whether a row is doubted to be new of which the subject's own row says so
     */
    void write(Writes writes, List<SubjectChange> changes, Map<SubjectId, SubjectRow> rows, boolean careful) {
        for (SubjectChange change : changes) {
            SubjectRow row = rows.get(change.subject());
            Instant due = change.due();
            if (row == null) {
                throw new IllegalStateException("no row was looked for of " + change.subject());
            }
            String subject = row.text;
            if (change.dueWasClaimed()) {
                if (due != null) {
                    writes.add(replace, due, subject);
                } else if (row.due != null) {
                    writes.add(remove, subject);
                }
                row.due = due;
            } else if (due != null && (row.due == null || due.isBefore(row.due))) {
                writes.add(row.due == null && !careful ? insert : lower, due, subject);
                row.due = due;
            }
        }
    }

    /** Query: the timers that have come, by subject_timer_due. */
    List<SubjectId> claim(Handle handle, Instant now, int limit, @Nullable Instant storeNow, Duration lease) {
        String free = "due <= :now and (claimed_until is null or claimed_until <= " + StoreTime.SQL + ")";
        String chosen = "select subject from " + table + " where " + free + " order by due, " + dialect.subjectOrder()
                + " limit :limit";
        String claim = " set claimed_until = " + StoreTime.plus(dialect, ":lease");
        String sql = dialect.choose(
                "with c as materialized (" + chosen + " for no key update skip locked) update " + table + " t" + claim
                        + " from c where t.subject = c.subject returning t.subject, t.due",
                "select subject, due from final table (update " + table + claim + " where " + free + " and subject in ("
                        + chosen + "))");
        record Claimed(SubjectId subject, Instant due) {}
        return handle
                .createQuery(sql)
                .bind("now", Columns.time(now))
                .bind("limit", limit)
                .bind("storeNow", storeNow == null ? null : Columns.time(storeNow))
                .bind("lease", lease.toNanos() / 1_000)
                .map((row, context) -> new Claimed(Columns.subject(row, "subject"), Columns.instant(row, "due")))
                .list()
                .stream()
                .sorted(Comparator.comparing(Claimed::due).thenComparing(Claimed::subject))
                .map(Claimed::subject)
                .toList();
    }

    /** Query: the earliest timer, claimed or not, by subject_timer_due. */
    Optional<Instant> first(Handle handle) {
        return handle.createQuery("select due from " + table + " order by due, " + dialect.subjectOrder() + " limit 1")
                .map((row, context) -> Columns.instant(row, "due"))
                .findFirst();
    }

    /** Query: the earliest timer that is not claimed, by subject_timer_due. */
    Optional<Instant> next(Handle handle, @Nullable Instant storeNow) {
        return handle.createQuery("select due from " + table + " where claimed_until is null or claimed_until <= "
                        + StoreTime.SQL + " order by due, " + dialect.subjectOrder() + " limit 1")
                .bind("storeNow", storeNow == null ? null : Columns.time(storeNow))
                .map((row, context) -> Columns.instant(row, "due"))
                .findFirst();
    }
}
