package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The rival: the same rows written to a plain table by hand, without looking for duplicates, deciding or remembering anything.
 *
 * <p>The table has the columns and the four indexes of the published workload.
 */
final class PlainRows {
    private static final List<String> COLUMNS = List.of(
            "id",
            "lead_id",
            "session_id",
            "user_id",
            "event_type",
            "category",
            "ts",
            "source",
            "page",
            "properties",
            "context",
            "amount",
            "metadata");

    private PlainRows() {}

    static void createPostgres(Connection connection) throws SQLException {
        create(connection, "text", "jsonb");
    }

    static void createH2(Connection connection) throws SQLException {
        create(connection, "varchar(256)", "json");
    }

    private static void create(Connection connection, String text, String json) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table plain_event (id uuid primary key, lead_id " + text + ", session_id " + text
                    + ", user_id " + text + ", event_type " + text + ", category " + text
                    + ", ts timestamp with time zone, source "
                    + text + ", page " + json + ", properties " + json + ", context " + json
                    + ", amount double precision, metadata "
                    + json + ")");
            statement.execute("create index plain_lead on plain_event (lead_id, ts)");
            statement.execute("create index plain_session on plain_event (session_id, ts)");
            statement.execute("create index plain_type on plain_event (event_type, ts)");
        }
    }

    /** One COPY, which the connection commits. */
    static void copy(Connection connection, List<TrackRequest> rows) throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy plain_event (" + String.join(", ", COLUMNS) + ") from stdin");
        StringBuilder text = new StringBuilder(rows.size() * 480);
        for (TrackRequest row : rows) {
            append(text, row);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        copy.endCopy();
    }

    private static void append(StringBuilder text, TrackRequest row) {
        @Nullable Object[] values = values(row);
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : "\t");
            Object value = values[i];
            if (value == null) {
                text.append("\\N");
            } else {
                text.append(
                        value instanceof String string && string.indexOf('\\') >= 0
                                ? string.replace("\\", "\\\\")
                                : value);
            }
        }
        text.append('\n');
    }

    private static @Nullable Object[] values(TrackRequest row) {
        return new @Nullable Object[] {
            row.id(),
            row.leadId(),
            row.sessionId(),
            row.userId(),
            row.eventType(),
            "engagement",
            row.timestamp(),
            row.source(),
            json(row.page()),
            json(row.properties()),
            json(row.context()),
            row.value(),
            json(row.metadata())
        };
    }

    private static String json(@Nullable Map<String, ? extends @Nullable Object> map) {
        return Json.write(map == null ? Map.of() : map);
    }

    /** A statement that inserts one row. */
    static PreparedStatement insert(Connection connection, boolean h2) throws SQLException {
        StringBuilder parameters = new StringBuilder();
        for (String column : COLUMNS) {
            boolean json = List.of("page", "properties", "context", "metadata").contains(column);
            parameters
                    .append(parameters.isEmpty() ? "" : ", ")
                    .append(!json ? "?" : h2 ? "? format json" : "cast(? as jsonb)");
        }
        return connection.prepareStatement(
                "insert into plain_event (" + String.join(", ", COLUMNS) + ") values (" + parameters + ")");
    }

    static void bind(PreparedStatement insert, TrackRequest row) throws SQLException {
        @Nullable Object[] values = values(row);
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            insert.setObject(
                    i + 1, value instanceof Instant instant ? instant.atOffset(java.time.ZoneOffset.UTC) : value);
        }
    }
}
