package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the request of an event out of a row. */
final class EventReader {
    /** Texts that become numbers; "007" does not, so that ids and postal codes with a leading zero stay what they are. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

    private final Columns columns;
    private final TypeMapping types;
    private final TimeFormat times;

    EventReader(Columns columns, TypeMapping types, TimeFormat times) {
        this.columns = columns;
        this.types = types;
        this.times = times;
    }

    InputEvent read(Row row) throws UnreadableException {
        if (row.problem() != null) {
            throw new UnreadableException(row.problem());
        }
        EventType type = types.constant();
        String named = type == null ? required(row, Option.TYPE) : "";
        type = type == null ? types.resolve(named) : type;
        Instant timestamp = times.parse(required(row, Option.TIME));

        String lead = columns.text(row, Option.LEAD);
        String session = columns.text(row, Option.SESSION);
        if (lead == null && session == null) {
            throw new UnreadableException("neither a lead (column '%s') nor a session (column '%s')"
                    .formatted(columns.name(Option.LEAD), columns.name(Option.SESSION)));
        }
        TrackRequest.Builder request = TrackRequest.builder(type)
                .timestamp(timestamp)
                .sequence(row.line())
                .leadId(lead)
                .sessionId(session)
                .userId(columns.text(row, Option.USER))
                .source(columns.text(row, Option.SOURCE));
        Double value = value(row);
        if (value != null) {
            request.value(value);
        }
        UUID id = id(row);
        addMaps(request, row, named.isEmpty() || named.equals(type.name()) ? null : named);
        return new InputEvent(row.line(), row.text(), timestamp, type, lead, session, value, id, request);
    }

    private String required(Row row, Option part) throws UnreadableException {
        String text = columns.text(row, part);
        if (text == null) {
            throw new UnreadableException("nothing in column '" + columns.name(part) + "'");
        }
        return text;
    }

    private @Nullable Double value(Row row) throws UnreadableException {
        String text = columns.text(row, Option.VALUE);
        if (text == null) {
            return null;
        }
        try {
            double value = new BigDecimal(text).doubleValue();
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UnreadableException("no finite number: " + UnreadableException.quote(text));
    }

    private @Nullable UUID id(Row row) throws UnreadableException {
        String text = columns.text(row, Option.ID);
        if (text == null) {
            return null;
        }
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new UnreadableException(
                "no UUID: %s; --id names the column of ids, or none".formatted(UnreadableException.quote(text)));
    }

    /** Sorts what is left into page, properties, context and metadata. */
    private void addMaps(TrackRequest.Builder request, Row row, @Nullable String firstName) {
        Places places =
                new Places(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        columns.rest(row).forEach((name, value) -> places.put(name, row.untyped() ? typed(value) : value));
        if (firstName != null) {
            places.metadata.put("type", firstName);
        }
        request.page(text(places.page.get("url")), text(places.page.get("title")), text(places.page.get("referrer")));
        request.properties(places.properties).context(places.context).metadata(places.metadata);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable Object typed(@Nullable Object value) {
        return value instanceof String text && NUMBER.matcher(text).matches() ? new BigDecimal(text) : value;
    }

    /** The four maps of an event; a name such as {@code context.device} says which, any other name is a property. */
    private record Places(
            Map<String, @Nullable Object> page,
            Map<String, @Nullable Object> properties,
            Map<String, @Nullable Object> context,
            Map<String, @Nullable Object> metadata) {

        void put(String name, @Nullable Object value) {
            int dot = name.indexOf('.');
            Map<String, @Nullable Object> place = place(dot < 0 ? name : name.substring(0, dot));
            if (place != null && dot > 0) {
                place.put(name.substring(dot + 1), value);
            } else if (place != null && value instanceof Map<?, ?> object) {
                object.forEach((key, inner) -> place.put(String.valueOf(key), inner));
            } else {
                properties.put(name, value);
            }
        }

        private @Nullable Map<String, @Nullable Object> place(String name) {
            return switch (name) {
                case "page" -> page;
                case "properties" -> properties;
                case "context" -> context;
                case "metadata" -> metadata;
                default -> null;
            };
        }
    }
}
