package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns the file's names of types into the library's, and knows which own types that needs. */
final class TypeMapping {
    private final @Nullable EventType constant;
    private final Map<String, EventType> known = new HashMap<>();
    private final Map<EventType, OwnType> own = new TreeMap<>();
    private final boolean automatic;

    private TypeMapping(@Nullable EventType constant, boolean automatic) {
        this.constant = constant;
        this.automatic = automatic;
        EventType.BUILT_IN.forEach(type -> known.put(type.name(), type));
    }

    static TypeMapping of(Arguments arguments) {
        boolean automatic = arguments.has(Option.OWN_TYPES);
        if (automatic && !arguments.first(Option.OWN_TYPES).orElseThrow().equals("auto")) {
            throw new UsageException("--own-types takes auto and nothing else");
        }
        TypeMapping mapping = new TypeMapping(
                arguments.first(Option.EVENT).map(TypeMapping::type).orElse(null), automatic);
        arguments.all(Option.OWN_TYPE).forEach(text -> mapping.declare(OwnType.parse(text)));
        for (String pairs : arguments.all(Option.MAP)) {
            for (String pair : pairs.split(",", -1)) {
                String[] names = pair.split("=", -1);
                if (names.length != 2 || names[0].isEmpty()) {
                    throw new UsageException("--map takes A=B,C=D, not " + UnreadableException.quote(pairs));
                }
                mapping.known.put(names[0], mapping.declared(type(names[1])));
            }
        }
        if (mapping.constant != null) {
            mapping.declared(mapping.constant);
        }
        return mapping;
    }

    /** The type of every event, or null if a column names it. */
    @Nullable
    EventType constant() {
        return constant;
    }

    /** What the library has to know for these events. */
    EventCatalog catalog() {
        EventCatalog.Builder catalog = EventCatalog.builder();
        own.values().forEach(type -> catalog.declare(type.type().name(), type.category(), type.points()));
        return catalog.build();
    }

    EventType resolve(String name) throws UnreadableException {
        EventType type = known.get(name);
        if (type == null && automatic && !name.isBlank()) {
            String made = OwnType.toName(name);
            if (EventType.isName(made) && !EventCatalog.isReserved(made)) {
                type = known.getOrDefault(made, EventType.of(made));
                if (!known.containsValue(type)) {
                    declare(OwnType.automatic(type));
                }
                known.put(name, type);
            }
        }
        if (type == null) {
            throw new UnreadableException("unknown type of event " + UnreadableException.quote(name)
                    + "; --map, --own-type or --own-types auto make it known");
        }
        return type;
    }

    private void declare(OwnType type) {
        own.put(type.type(), type);
        known.put(type.type().name(), type.type());
    }

    private EventType declared(EventType type) {
        if (!known.containsKey(type.name())) {
            if (!automatic) {
                throw new UsageException("'" + type + "' is no built-in type; declare it by --own-type");
            }
            declare(OwnType.automatic(type));
        }
        return type;
    }

    private static EventType type(String name) {
        if (!EventType.isName(name)) {
            throw new UsageException(
                    "a type of event matches [a-z][a-z0-9_]{0,63}: " + UnreadableException.quote(name));
        }
        return EventType.of(name);
    }
}
