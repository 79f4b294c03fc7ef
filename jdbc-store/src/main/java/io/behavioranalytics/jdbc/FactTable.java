package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.jdbc.Bulk.Column;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.ExecutionOutcome;
import io.behavioranalytics.store.HostTransaction;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The tables of facts: {@code segment_membership}, {@code membership_change}, {@code trigger_execution}, {@code skip_log}. */
final class FactTable implements Ledger {
    private static final Column SEGMENT_ID = new Column("segment_id", ColumnType.UUID);
    private static final Column SUBJECT = new Column("subject", ColumnType.TEXT);
    private static final Column ENTERED_AT = new Column("entered_at", ColumnType.INSTANT);

    private final Database database;
    private final ExposureTable exposures;
    private final FactVisit visit;
    private final String members;
    private final String changes;
    private final String executions;
    private final String skips;
    private final String actions;
    private final Bulk insertMember;
    private final Bulk enter;
    private final Bulk exit;
    private final Bulk insertChange;
    private final Bulk insertExecution;
    private final Bulk insertSkip;

    FactTable(Database database) {
        this.database = database;
        exposures = new ExposureTable(database);
        visit = new FactVisit(database);
        members = database.schema() + "segment_membership";
        changes = database.schema() + "membership_change";
        executions = database.schema() + "trigger_execution";
        skips = database.schema() + "skip_log";
        actions = database.schema() + "scheduled_action";
        insertMember = Bulk.insert(members, SEGMENT_ID, ENTERED_AT, SUBJECT);
        enter = Bulk.of(
                "insert into " + members
                        + " (segment_id, entered_at, subject) select u.segment_id, u.entered_at, u.subject from "
                        + Bulk.rows(SEGMENT_ID, ENTERED_AT, SUBJECT) + " on conflict (segment_id, subject) do nothing",
                "merge into " + members + " m using (values (cast(? as uuid), cast(? as timestamp(6) with time zone),"
                        + " cast(? as varchar(264)))) u(segment_id, entered_at, subject)"
                        + " on m.segment_id = u.segment_id and m.subject = u.subject"
                        + " when not matched then insert (segment_id, entered_at, subject)"
                        + " values (u.segment_id, u.entered_at, u.subject)",
                SEGMENT_ID,
                ENTERED_AT,
                SUBJECT);
        exit = Bulk.of(
                "delete from " + members + " m using " + Bulk.rows(SEGMENT_ID, SUBJECT)
                        + " where m.segment_id = u.segment_id and m.subject = u.subject",
                "delete from " + members + " where segment_id = ? and subject = ?",
                SEGMENT_ID,
                SUBJECT);
        insertChange = Bulk.insert(
                changes,
                SEGMENT_ID,
                new Column("segment_version", ColumnType.LONG),
                new Column("effective_at", ColumnType.INSTANT),
                new Column("decided_at", ColumnType.INSTANT),
                new Column("entered", ColumnType.BOOLEAN),
                SUBJECT,
                new Column("segment_key", ColumnType.TEXT),
                new Column("cause", ColumnType.JSONB));
        insertExecution = Bulk.insert(
                executions,
                new Column("id", ColumnType.UUID),
                new Column("trigger_id", ColumnType.UUID),
                new Column("trigger_version", ColumnType.LONG),
                new Column("came_true_at", ColumnType.INSTANT),
                new Column("executed_at", ColumnType.INSTANT),
                SUBJECT,
                new Column("lead_id", ColumnType.TEXT),
                new Column("trigger_key", ColumnType.TEXT),
                new Column("actions", ColumnType.JSONB),
                new Column("context", ColumnType.JSONB));
        insertSkip = Bulk.insert(
                skips,
                new Column("trigger_id", ColumnType.UUID),
                new Column("trigger_version", ColumnType.LONG),
                new Column("came_true_at", ColumnType.INSTANT),
                new Column("decided_at", ColumnType.INSTANT),
                SUBJECT,
                new Column("trigger_key", ColumnType.TEXT),
                new Column("reason", ColumnType.TEXT));
    }

    // ---- what a commit does

    void write(Writes writes, List<SubjectChange> batch, boolean careful) {
        for (SubjectChange change : batch) {
            write(writes, change.memberships(), change.executions(), change.skips(), careful);
        }
    }

    /**
     * Writes facts; no membership may stand in two calls whose rows are sent together.
     *
     * @param writes receives the rows
     * @param memberships in their order; of those apart no history is kept
     * @param fired the firings
     * @param skipped the skips
     * @param careful whether it is doubted that who enters a segment was not in it
     */
    void write(
            Writes writes,
            List<MembershipChange> memberships,
            List<TriggerExecution> fired,
            List<Skip> skipped,
            boolean careful) {
        writeMemberships(writes, memberships, careful);
        for (TriggerExecution execution : fired) {
            writes.add(
                    insertExecution,
                    execution.id(),
                    execution.triggerId(),
                    execution.triggerVersion(),
                    execution.cameTrueAt(),
                    execution.executedAt(),
                    Columns.text(execution.subject()),
                    execution.leadId(),
                    execution.triggerKey(),
                    Json.write(execution.actions().stream().map(UUID::toString).toList()),
                    Causes.write(execution.cause()));
        }
        for (Skip skip : skipped) {
            writes.add(
                    insertSkip,
                    skip.triggerId(),
                    skip.triggerVersion(),
                    skip.cameTrueAt(),
                    skip.decidedAt(),
                    Columns.text(skip.subject()),
                    skip.triggerKey(),
                    skip.reason().json());
        }
    }

    private void writeMemberships(Writes writes, List<MembershipChange> memberships, boolean careful) {
        // Of several changes of one membership the last one counts; the first tells what it was before.
        Map<List<Object>, MembershipChange> last = new LinkedHashMap<>();
        Set<List<Object>> left = new HashSet<>();
        for (MembershipChange change : memberships) {
            List<Object> membership = List.of(change.segmentId(), change.subject());
            if (last.put(membership, change) == null && !change.entered()) {
                left.add(membership);
            }
            if (change.isApart()) {
                continue;
            }
            writes.add(
                    insertChange,
                    change.segmentId(),
                    change.segmentVersion(),
                    change.effectiveAt(),
                    change.decidedAt(),
                    change.entered(),
                    Columns.text(change.subject()),
                    change.segmentKey(),
                    Causes.write(change.cause()));
        }
        last.forEach((membership, change) -> {
            String subject = Columns.text(change.subject());
            if (change.entered()) {
                Bulk statement = careful || left.contains(membership) ? enter : insertMember;
                writes.add(statement, change.segmentId(), change.effectiveAt(), subject);
            } else {
                writes.add(exit, change.segmentId(), subject);
            }
        });
    }

    /** Query: one of some firings that exist, by the primary key. */
    Optional<UUID> findExecution(Handle handle, Collection<UUID> ids) {
        return handle.createQuery("select id from " + executions + " where id = any(:ids) limit 1")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .mapTo(UUID.class)
                .findFirst();
    }

    // ---- upkeep

    /** Visits all facts in the order in which they were committed, by the indexes of the sequences. */
    void visit(Handle handle, Consumer<? super ArchiveRecord> visitor) {
        visit(handle, changes, "membership", row -> new ArchiveRecord.Membership(FactRow.membership(row)), visitor);
        // Whose segment has no history is a member of a version that does not answer.
        handle.createQuery("select m.segment_id, m.subject, m.entered_at from " + members
                        + " m where not exists (select 1 from " + changes
                        + " c where c.segment_id = m.segment_id) order by m.segment_id, "
                        + database.dialect().subjectOrder())
                .setFetchSize(1_000)
                .map((row, context) -> new ArchiveRecord.Membership(MembershipChange.apart(
                        Columns.uuid(row, "segment_id"),
                        Columns.subject(row, "subject"),
                        Columns.instant(row, "entered_at"))))
                .forEach(visitor);
        visit(handle, executions, "execution", row -> new ArchiveRecord.Execution(FactRow.execution(row)), visitor);
        visit(handle, skips, "skip", row -> new ArchiveRecord.Skipped(FactRow.skip(row)), visitor);
        exposures.visit(handle, visitor);
    }

    // ---- exposures

    ExposureTable exposures() {
        return exposures;
    }

    @Override
    public List<Recorded> expose(List<Exposure> shown) {
        return exposures.expose(shown);
    }

    @Override
    public List<Recorded> expose(List<Exposure> shown, HostTransaction transaction) {
        return exposures.expose(shown, transaction);
    }

    @Override
    public Map<SubjectId, List<Exposure>> exposuresOf(Collection<SubjectId> subjects) {
        return exposures.exposuresOf(subjects);
    }

    @Override
    public boolean hasSessions(UUID experimentId, int bucketVersion) {
        return exposures.hasSessions(experimentId, bucketVersion);
    }

    @Override
    public void visitExposures(UUID experimentId, int bucketVersion, Predicate<Exposure> visitor) {
        exposures.visitExposures(experimentId, bucketVersion, visitor);
    }

    @Override
    public List<Exposure> crossovers(UUID experimentId, int bucketVersion) {
        return exposures.crossovers(experimentId, bucketVersion);
    }

    // ---- visiting

    /** Reads a record of a row. */
    @FunctionalInterface
    private interface Fact {
        ArchiveRecord of(ResultSet row) throws SQLException;
    }

    private void visit(Handle handle, String table, String what, Fact fact, Consumer<? super ArchiveRecord> visitor) {
        handle.createQuery("select * from " + table + " order by seq")
                .setFetchSize(1_000)
                .map((row, context) -> {
                    String number = String.valueOf(row.getLong("seq"));
                    ArchiveRecord read =
                            database.damage().read(() -> "the " + what + " of number " + number, () -> fact.of(row));
                    return read == null ? new ArchiveRecord.Damaged(what, number) : read;
                })
                .forEach(visitor);
    }

    /** Forgets old skips, by the primary key: looked at are the oldest, which stand first. */
    int forgetSkips(Handle handle, Instant before, int limit) {
        return handle.createUpdate(
                        "delete from " + skips + " where seq in (select o.seq from (select seq, decided_at from "
                                + skips + " order by seq limit :limit) o where o.decided_at < :before)")
                .bind("limit", limit)
                .bind("before", Columns.time(before))
                .execute();
    }

    /**
     * Forgets the oldest skips beyond a number, by the primary key. Numbers that a commit gave back are counted too: so that this
     * reads no more than it deletes.
     */
    int trimSkips(Handle handle, long most, int limit) {
        return handle.createUpdate("delete from " + skips + " where seq in (select seq from " + skips
                        + " where seq <= (select max(seq) from " + skips + ") - :most order by seq limit :limit)")
                .bind("most", most)
                .bind("limit", limit)
                .execute();
    }

    /** Query: the segments that a subject is in, by membership_change_subject and the primary key. */
    Set<UUID> segmentsOf(Handle handle, SubjectId subject) {
        return Set.copyOf(handle.createQuery("select m.segment_id from " + members
                        + " m where m.subject = :subject and m.segment_id in (select c.segment_id from " + changes
                        + " c where c.subject = :subject)")
                .bind("subject", Columns.text(subject))
                .map((row, context) -> Columns.uuid(row, "segment_id"))
                .list());
    }

    // ---- reading

    /** Query: members of a segment in the order of the subjects, by the primary key. */
    @Override
    public List<SubjectId> members(UUID segmentId, @Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        return database.query(
                "reading members",
                handle -> handle.createQuery("select subject from " + members
                                + " where segment_id = :segment and "
                                + database.dialect().subjectOrder() + " > "
                                + database.dialect().subjectPlace("after") + " order by "
                                + database.dialect().subjectOrder()
                                + " limit :limit")
                        .bind("segment", segmentId)
                        .bind("after", after == null ? "" : Columns.text(after))
                        .bind("limit", limit)
                        .map((row, context) -> Columns.subject(row, "subject"))
                        .list());
    }

    /**
     * Query: the actions of each status, counted one status after the other by scheduled_action_status, which holds nothing else
     * that would have to be read.
     */
    @Override
    public Map<ActionStatus, Long> actionCounts() {
        List<String> statuses =
                Stream.of(ActionStatus.values()).map(ActionStatus::json).toList();
        String wanted = database.dialect()
                .choose(
                        "unnest(cast(:statuses as text[])) w(status)",
                        "unnest(cast(:statuses as varchar array)) w(status)");
        return database.query("counting actions", handle -> {
            Map<String, Long> counted = counts(handle.createQuery("select w.status as name, (select count(*) from "
                            + actions + " a where a.status = w.status) as many from " + wanted)
                    .bindArray("statuses", String.class, statuses));
            Map<ActionStatus, Long> byStatus = new EnumMap<>(ActionStatus.class);
            for (ActionStatus status : ActionStatus.values()) {
                byStatus.put(status, counted.getOrDefault(status.json(), 0L));
            }
            return byStatus;
        });
    }

    /** Query: the pending actions that are due, by scheduled_action_pending. */
    @Override
    public Map<String, Long> dueActions(Instant now) {
        return database.query(
                "counting due actions",
                handle -> counts(handle.createQuery("select action as name, count(*) as many from " + actions
                                + " where status = 'pending' and not_before <= :now group by action")
                        .bind("now", Columns.time(now))));
    }

    private static Map<String, Long> counts(Query query) {
        Map<String, Long> counts = new LinkedHashMap<>();
        query.map((row, context) -> Map.entry(row.getString("name"), row.getLong("many")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    /** Query: the number of members, by the primary key. */
    @Override
    public long memberCount(UUID segmentId) {
        return database.query(
                "counting members",
                handle -> handle.createQuery("select count(*) from " + members + " where segment_id = :segment")
                        .bind("segment", segmentId)
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<MembershipChange> memberships(@Nullable UUID segmentId, @Nullable SubjectId subject, int limit) {
        return newest(changes, "segment_id", segmentId, subject, limit, (row, context) -> FactRow.membership(row));
    }

    @Override
    public void visitMemberships(UUID segmentId, Predicate<MembershipChange> visitor) {
        visit.memberships(segmentId, visitor);
    }

    @Override
    public List<TriggerExecution> executions(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        return newest(executions, "trigger_id", triggerId, subject, limit, (row, context) -> FactRow.execution(row));
    }

    @Override
    public void visitOutcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
        visit.outcomes(from, to, visitor);
    }

    /** Query: how often a trigger fired, by trigger_execution_trigger. */
    @Override
    public long executionCount(UUID triggerId) {
        return database.query(
                "counting firings",
                handle -> handle.createQuery("select count(*) from " + executions + " where trigger_id = :trigger")
                        .bind("trigger", triggerId)
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public List<Skip> skips(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        return newest(skips, "trigger_id", triggerId, subject, limit, (row, context) -> FactRow.skip(row));
    }

    /** Query: the newest facts of a definition, of a subject, or of all, by the index of either and the sequence. */
    private <F> List<F> newest(
            String table,
            String definitionColumn,
            @Nullable UUID definition,
            @Nullable SubjectId subject,
            int limit,
            RowMapper<F> mapper) {
        Arguments.limit(limit);
        return database.query("reading facts", handle -> {
            String where = Stream.of(
                            definition == null ? "" : definitionColumn + " = :definition",
                            subject == null ? "" : "subject = :subject")
                    .filter(condition -> !condition.isEmpty())
                    .reduce((one, other) -> one + " and " + other)
                    .map(conditions -> " where " + conditions)
                    .orElse("");
            Query query = handle.createQuery("select * from " + table + where + " order by seq desc limit :limit")
                    .bind("limit", limit);
            if (definition != null) {
                query.bind("definition", definition);
            }
            if (subject != null) {
                query.bind("subject", Columns.text(subject));
            }
            List<F> found = new ArrayList<>(query.map(mapper).list());
            Collections.reverse(found);
            return List.copyOf(found);
        });
    }
}
