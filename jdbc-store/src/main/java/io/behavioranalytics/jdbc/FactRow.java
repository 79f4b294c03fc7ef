package io.behavioranalytics.jdbc;

import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Facts as they are read from their rows. */
final class FactRow {
    private FactRow() {}

    /** An entry or exit. */
    static MembershipChange membership(ResultSet row) throws SQLException {
        return new MembershipChange(
                Columns.uuid(row, "segment_id"),
                row.getString("segment_key"),
                row.getLong("segment_version"),
                Columns.subject(row, "subject"),
                row.getBoolean("entered"),
                Columns.instant(row, "effective_at"),
                Columns.instant(row, "decided_at"),
                Causes.membershipCause(Columns.object(row, "cause")));
    }

    /** A firing. */
    static TriggerExecution execution(ResultSet row) throws SQLException {
        return new TriggerExecution(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "trigger_id"),
                row.getString("trigger_key"),
                row.getLong("trigger_version"),
                Columns.subject(row, "subject"),
                row.getString("lead_id"),
                Columns.instant(row, "came_true_at"),
                Columns.instant(row, "executed_at"),
                Causes.triggerCause(Columns.object(row, "context")),
                actions(row));
    }

    /** The ids of a firing's actions. */
    static List<UUID> actions(ResultSet row) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        if (Columns.json(row.getString("actions")) instanceof List<?> texts) {
            texts.forEach(text -> ids.add(UUID.fromString((String) text)));
        }
        return ids;
    }

    /** Why a trigger that woke did not fire. */
    static Skip skip(ResultSet row) throws SQLException {
        return new Skip(
                Columns.uuid(row, "trigger_id"),
                row.getString("trigger_key"),
                row.getLong("trigger_version"),
                Columns.subject(row, "subject"),
                Columns.instant(row, "came_true_at"),
                Columns.instant(row, "decided_at"),
                reason(row.getString("reason")));
    }

    private static Skip.Reason reason(String text) {
        return Stream.of(Skip.Reason.values())
                .filter(reason -> reason.json().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("a stored skip has a reason that this code does not know"));
    }
}
