package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How values stand in columns, and how they are read from them. */
final class Columns {
    /** What was stored passed stricter limits when it came in. */
    private static final JsonLimits STORED =
            new JsonLimits(Integer.MAX_VALUE, 256, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 1_000);

    private static final String LEAD = "lead:";
    /** What the text of a session begins with; no lead stands behind it. */
    static final String SESSION = "session:";

    private Columns() {}

    /** A subject as text: leads sort before sessions. */
    static String text(SubjectId subject) {
        return (subject.isLead() ? LEAD : SESSION) + subject.value();
    }

    static @Nullable String optionalText(@Nullable SubjectId subject) {
        return subject == null ? null : text(subject);
    }

    static SubjectId subject(String text) {
        return text.startsWith(LEAD)
                ? SubjectId.lead(text.substring(LEAD.length()))
                : SubjectId.session(text.substring(SESSION.length()));
    }

    static SubjectId subject(ResultSet row, String column) throws SQLException {
        return subject(row.getString(column));
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        List<String> texts = new ArrayList<>();
        for (Object element : (Object[]) array.getArray()) {
            texts.add((String) element);
        }
        array.free();
        return texts;
    }

    /** A JSON object, empty if the column is null. */
    static Map<String, @Nullable Object> object(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? Map.of() : Json.parseObject(text, STORED);
    }

    /** A JSON object none of whose values is null, empty if the column is null. */
    static Map<String, Object> values(ResultSet row, String column) throws SQLException {
        Map<String, Object> values = new TreeMap<>();
        object(row, column).forEach((name, value) -> values.put(name, Objects.requireNonNull(value)));
        return values;
    }

    static @Nullable Object json(String text) {
        return Json.parse(text, STORED);
    }
}
