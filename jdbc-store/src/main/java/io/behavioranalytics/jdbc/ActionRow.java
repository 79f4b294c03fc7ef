package io.behavioranalytics.jdbc;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a row of {@code scheduled_action} says. */
final class ActionRow {
    private ActionRow() {}

    /** An action as an archive keeps it. */
    static ArchiveRecord archived(ResultSet row) throws SQLException {
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

    /** An action to look at; parameters that cannot be read are left out. */
    static ActionRecord record(ResultSet row, Damage damage) throws SQLException {
        ActionStatus status = choice(ActionStatus.values(), ActionStatus::json, row.getString("status"));
        String reason = row.getString("cancellation");
        return new ActionRecord(
                shown(row, damage),
                status,
                row.getInt("attempts"),
                Columns.instant(row, "not_before"),
                Columns.optionalInstant(row, "settled_at"),
                row.getString("last_error"),
                reason == null || status != ActionStatus.CANCELLED
                        ? null
                        : choice(Cancellation.Reason.values(), Cancellation.Reason::json, reason));
    }

    private static <E> E choice(E[] values, Function<E, String> name, String text) {
        return Stream.of(values)
                .filter(value -> name.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "a stored action says '" + text + "', which this code does not know"));
    }

    /** An action to be carried out. */
    static ScheduledAction action(ResultSet row) throws SQLException {
        return action(row, Columns.object(row, "parameters"));
    }

    private static ScheduledAction shown(ResultSet row, Damage damage) throws SQLException {
        Map<String, @Nullable Object> parameters =
                damage.read(() -> "the parameters of an action", () -> Columns.object(row, "parameters"));
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
}
