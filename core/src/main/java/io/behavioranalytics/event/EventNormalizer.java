package io.behavioranalytics.event;

import io.behavioranalytics.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of requests: the one place where text, numbers and instants get the form that they keep in every store.
 *
 * <ul>
 *   <li>Numbers become {@code Long} where they are whole and fit, else {@code BigDecimal} without trailing zeros, of at most 40
 *       digits and within the range of a double; not-a-number and infinity are refused. A double becomes the shortest decimal
 *       that reads back as it.
 *   <li>Instants are truncated to microseconds before they are compared with anything; as values they become ISO-8601 text.
 *   <li>Text is kept as sent: no case is folded, nothing is composed, decomposed or cut. Lengths count code points. U+0000 and
 *       surrogates without their pair are refused everywhere. In ids, names and the source no control character is accepted; in
 *       values tab, line feed and carriage return are, other characters below U+0020 are not.
 *   <li>Lists and arrays become lists, maps with text keys maps; null stays null. Anything else is refused: enumerations, sets,
 *       dates without a zone. Say what is meant instead.
 * </ul>
 *
 * <p>The length of an event is that of its canonical JSON, so limits are the same for events from Java and from JSON. A request
 * is taken or refused as a whole, and everything that is wrong is said at once; only an event beyond its limits of size is not
 * read to the end. Stateless; safe to use from any thread.
 */
public final class EventNormalizer {
    /** The source of events that name none. */
    public static final String DEFAULT_SOURCE = "web";

    /** No event is older. */
    public static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    /** No instant among the values of an event is later. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private final EventCatalog catalog;
    private final EventLimits limits;
    private final Retention retention;

    /**
     * Makes a normalizer.
     *
     * @param catalog the types that are accepted
     * @param limits how large events may be
     * @param retention how old events may be
     */
    public EventNormalizer(EventCatalog catalog, EventLimits limits, Retention retention) {
        this.catalog = catalog;
        this.limits = limits;
        this.retention = retention;
    }

    /**
     * Makes an event of a host's request.
     *
     * @param request what the caller gave
     * @param now the clock
     * @param ids makes an id if the caller gave none; asked only once the event is accepted
     * @param imported whether it comes by an import of history
     * @return the event
     * @throws InvalidEventException if anything is wrong; it lists everything
     */
    public BehaviorEvent normalize(TrackRequest request, Instant now, Supplier<UUID> ids, boolean imported) {
        return normalize(request, now, ids, imported, false);
    }

    /**
     * Makes a system event (S10) of a request that the library itself made, such as {@link EventType#IDENTIFY}.
     *
     * @param request its type is a reserved one; its category may be left out
     * @param now the clock
     * @param ids makes an id if the request has none; asked only once the event is accepted
     * @param imported whether it comes by an import of history
     * @return the event, of category {@link Category#SYSTEM}
     * @throws InvalidEventException if anything is wrong; it lists everything
     */
    public BehaviorEvent normalizeSystem(TrackRequest request, Instant now, Supplier<UUID> ids, boolean imported) {
        return normalize(request, now, ids, imported, true);
    }

    private BehaviorEvent normalize(
            TrackRequest request, Instant clock, Supplier<UUID> ids, boolean imported, boolean system) {
        Checks checks = new Checks(limits, request.faults());
        if (checks.isFaulty("")) {
            throw checks.refusal();
        }
        if (request.id() != null) {
            checks.fixedField("id", 38);
        }
        String sessionId = checks.subject("sessionId", request.sessionId());
        String leadId = checks.subject("leadId", request.leadId());
        checks.id("userId", request.userId());
        if (sessionId == null && leadId == null && !checks.isFaulty("sessionId") && !checks.isFaulty("leadId")) {
            checks.violate("", "NO_SUBJECT", "an event needs a sessionId or a leadId");
        }
        if (request.sequence() != null) {
            checks.numberField("sequence", request.sequence());
        }
        EventType type = type(request.eventType(), system, checks);
        EventDefinition definition = type == null ? null : catalog.find(type.name());
        Category category = category(request.category(), definition, system, checks);
        Instant now = clock.truncatedTo(ChronoUnit.MICROS);
        Instant timestamp = timestamp(request.timestamp(), now, type, category, checks);
        checks.id("source", request.source());
        Map<String, @Nullable Object> page = checks.map("page", request.page());
        Map<String, @Nullable Object> properties = checks.map("properties", request.properties());
        Map<String, @Nullable Object> context = checks.map("context", request.context());
        Double value = value(request.value(), checks);
        Map<String, @Nullable Object> metadata = checks.map("metadata", request.metadata());
        if (definition != null && !definition.properties().isEmpty()) {
            declared(definition, properties, checks);
        }
        checks.finish();
        if (type == null || !checks.isClean()) {
            throw checks.refusal();
        }
        return new BehaviorEvent(
                request.id() != null ? request.id() : ids.get(),
                sessionId,
                leadId,
                request.userId(),
                request.sequence() != null ? request.sequence() : 0,
                type,
                category,
                timestamp,
                request.source() != null ? request.source() : DEFAULT_SOURCE,
                page,
                properties,
                context,
                value,
                metadata,
                imported);
    }

    private @Nullable EventType type(@Nullable String name, boolean system, Checks checks) {
        if (name == null) {
            if (!checks.isFaulty("eventType")) {
                checks.violate("eventType", "REQUIRED", "must be given: the name of an event type");
            }
            return null;
        }
        EventDefinition definition = catalog.find(name);
        if (definition != null && !system) {
            checks.fixedField("eventType", name.length() + 2);
            return definition.type();
        }
        if (!checks.name("eventType", name)) {
            return null;
        }
        if (!EventType.isName(name)) {
            checks.violate("eventType", "TYPE", JsonPath.quote(name) + " is not of the form [a-z][a-z0-9_]{0,63}");
            return null;
        }
        if (EventCatalog.isReserved(name)) {
            if (system) {
                return EventType.of(name);
            }
            String hint = switch (name) {
                case "identify" -> "; call identify(sessionId, leadId)";
                case "unlink" -> "; call unlink(sessionId)";
                default -> "";
            };
            checks.violate("eventType", "TYPE", JsonPath.quote(name) + " is reserved for the library" + hint);
            return null;
        }
        if (system) {
            checks.violate("eventType", "TYPE", JsonPath.quote(name) + " is not the name of a system event");
            return null;
        }
        if (!catalog.isOpen()) {
            checks.violate(
                    "eventType",
                    "TYPE",
                    JsonPath.quote(name) + " is unknown; declare it in the catalog or open the catalog");
            return null;
        }
        return EventType.of(name);
    }

    private static Category category(
            @Nullable Category given, @Nullable EventDefinition definition, boolean system, Checks checks) {
        if (system) {
            return Category.SYSTEM;
        }
        if (given == null) {
            return definition == null ? Category.ENGAGEMENT : definition.category();
        }
        checks.fixedField("category", given.json().length() + 2);
        if (given == Category.SYSTEM) {
            checks.violate("category", "CATEGORY", "system is reserved for the library");
        }
        return given;
    }

    private Instant timestamp(
            @Nullable Instant given, Instant now, @Nullable EventType type, Category category, Checks checks) {
        if (given == null) {
            return now;
        }
        if (given.isBefore(EARLIEST)) {
            checks.violate("timestamp", "TIME", "must not be before " + EARLIEST);
            return now;
        }
        Instant timestamp = given.truncatedTo(ChronoUnit.MICROS);
        if (timestamp.isAfter(now.plus(limits.ahead()))) {
            checks.violate("timestamp", "TIME", "must not be more than " + limits.ahead() + " ahead of the clock");
            return now;
        }
        checks.fixedField("timestamp", 29);
        if (type != null && retention.expiresAt(Micros.of(timestamp), type, category) <= Micros.of(now)) {
            Duration span = retention.spanOf(type, category);
            checks.violate("timestamp", "TIME", "must not be older than the retention of " + span);
        }
        return timestamp;
    }

    private static @Nullable Double value(@Nullable Double given, Checks checks) {
        if (given == null) {
            return null;
        }
        if (!Double.isFinite(given)) {
            checks.violate("value", "NOT_FINITE", "must be a finite 64-bit floating point number");
            return null;
        }
        checks.doubleField("value", given);
        return given == 0 ? 0.0 : given; // no negative zero
    }

    private static void declared(EventDefinition definition, Map<String, @Nullable Object> properties, Checks checks) {
        for (Map.Entry<String, PropertyType> entry : definition.properties().entrySet()) {
            Object value = properties.get(entry.getKey());
            if (!entry.getValue().accepts(value)) {
                checks.wrongProperty(entry.getKey(), entry.getValue(), value);
            }
        }
    }

    /**
     * Tells a repetition from a conflict: whether a request with the id of an event that is there already says the same.
     *
     * <p>What the repeated request left to defaults (timestamp, sequence, category, source) is not compared, so a retry without
     * a timestamp is a duplicate. Everything else must be equal after normalization, what is missing included. Whether either
     * came by an import does not matter, nor does the order of names in a map.
     *
     * @param original the event that is there
     * @param again the repeated request after normalization
     * @param request the repeated request, which knows what was left to defaults
     * @return true for a duplicate, false for a conflict
     */
    public static boolean sameContent(BehaviorEvent original, BehaviorEvent again, TrackRequest request) {
        return (request.timestamp() == null || original.timestamp().equals(again.timestamp()))
                && (request.sequence() == null || original.sequence() == again.sequence())
                && (request.category() == null || original.category() == again.category())
                && (request.source() == null || original.source().equals(again.source()))
                && sameGivenContent(original, again);
    }

    /**
     * Tells whether two events with one id say the same in every field; whether either was imported does not matter.
     *
     * @param original the event that is there
     * @param again the other
     * @return true for a duplicate, false for a conflict
     */
    public static boolean sameContent(BehaviorEvent original, BehaviorEvent again) {
        return original.timestamp().equals(again.timestamp())
                && original.sequence() == again.sequence()
                && original.category() == again.category()
                && original.source().equals(again.source())
                && sameGivenContent(original, again);
    }

    private static boolean sameGivenContent(BehaviorEvent one, BehaviorEvent other) {
        return one.type().equals(other.type())
                && Objects.equals(one.sessionId(), other.sessionId())
                && Objects.equals(one.leadId(), other.leadId())
                && Objects.equals(one.userId(), other.userId())
                && Objects.equals(one.value(), other.value())
                && one.page().equals(other.page())
                && one.properties().equals(other.properties())
                && one.context().equals(other.context())
                && one.metadata().equals(other.metadata());
    }
}
