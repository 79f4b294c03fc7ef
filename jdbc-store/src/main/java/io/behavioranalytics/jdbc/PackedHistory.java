package io.behavioranalytics.jdbc;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** The table {@code packed_history}. */
final class PackedHistory {
    private final String table;

    PackedHistory(Database database) {
        table = database.schema() + "packed_history";
    }

    /** Forgets the chunks that hold an instant or a later one, since events came or went there. */
    void forgetFrom(Handle handle, SubjectRow row, Instant earliest) {
        if (row.packedUntil == null || earliest.isAfter(row.packedUntil)) {
            return;
        }
        String subject = Columns.text(row.subject);
        handle.createUpdate("delete from " + table + " where subject = :subject and last_event >= :earliest")
                .bind("subject", subject)
                .bind("earliest", Columns.time(earliest))
                .execute();
        row.packedUntil = handle.createQuery(
                        "select max(last_event) as last_event from " + table + " where subject = :subject")
                .bind("subject", subject)
                .map((found, context) -> java.util.Optional.ofNullable(Columns.optionalInstant(found, "last_event")))
                .one()
                .orElse(null);
    }
}
