package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Triggers as JSON: drafts as authors write them, and saved triggers with all that the library adds. */
public final class TriggerJson {
    private static final int ACTION_ID_LENGTH = 128;

    private final JsonObject object;
    private final List<Violation> out;
    private final TriggerValidator validator;

    private TriggerJson(JsonObject object, TriggerValidator validator) {
        this.object = object;
        this.out = object.violations();
        this.validator = validator;
    }

    /**
     * Writes a saved trigger.
     *
     * @param trigger any trigger
     * @return JSON that {@link #read} reads as an equal trigger
     */
    public static String write(Trigger trigger) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", trigger.id().toString());
        object.put("version", trigger.version());
        object.putAll(write(draft(trigger)));
        object.put("activeFrom", trigger.activeFrom().toString());
        object.put("createdAt", trigger.createdAt().toString());
        object.put("updatedAt", trigger.updatedAt().toString());
        return Json.write(object);
    }

    private static TriggerDraft draft(Trigger trigger) {
        return new TriggerDraft(
                trigger.key(),
                trigger.name(),
                trigger.description(),
                trigger.event(),
                trigger.status(),
                trigger.conditions(),
                trigger.actions(),
                trigger.targetSegments(),
                trigger.cooldown(),
                trigger.priority(),
                trigger.cancelOn(),
                trigger.onDefinitionChange(),
                trigger.moderation());
    }

    /**
     * Reads a saved trigger.
     *
     * @param json what {@link #write(Trigger)} wrote
     * @return the trigger
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Trigger read(String json) {
        List<Violation> out = new ArrayList<>();
        JsonObject object = DefinitionJson.parse(json, out);
        UUID id = DefinitionJson.id(object);
        long version = object.integer("version", 1, Long.MAX_VALUE);
        Instant activeFrom = object.instant("activeFrom");
        Instant createdAt = object.instant("createdAt");
        Instant updatedAt = object.instant("updatedAt");
        if (!object.has("cooldown")) {
            object.violate("cooldown", "REQUIRED", "must be given in a saved trigger");
        }
        TriggerDraft draft = readDraft(object, type -> true, action -> true);
        return draft.toTrigger(id, version, Duration.ZERO, activeFrom, createdAt, updatedAt);
    }

    static TriggerDraft readDraft(String json, Predicate<EventType> knownTypes, Predicate<String> knownActions) {
        return readDraft(DefinitionJson.parse(json, new ArrayList<>()), knownTypes, knownActions);
    }

    private static TriggerDraft readDraft(
            JsonObject object, Predicate<EventType> knownTypes, Predicate<String> knownActions) {
        TriggerValidator validator = new TriggerValidator(knownTypes, knownActions, object.violations());
        TriggerDraft draft = new TriggerJson(object, validator).read();
        DefinitionJson.refuseIfAny(object.violations());
        if (draft == null) {
            throw new IllegalStateException("a draft without faults has an event");
        }
        return draft;
    }

    private @Nullable TriggerDraft read() {
        int faults = out.size();
        String key = object.optionalText("key", DefinitionJson.NAME_LENGTH);
        String name = object.text("name", DefinitionJson.NAME_LENGTH);
        String description = object.optionalText("description", DefinitionJson.DESCRIPTION_LENGTH);
        if (out.size() == faults) {
            DefinitionJson.checkHeader(key, name, description, out);
        }
        TriggerEvent event = new TriggerEventJson(object, validator).read();
        Trigger.Status status = object.optionalChoice("status", TriggerJson::status, "draft, active, inactive");
        List<Condition> conditions = conditions(object, "conditions", Scope.CAUSE);
        List<Action> actions = actions();
        List<String> targets = object.texts("targetSegments");
        validator.targets(targets);
        Duration cooldown = minutesOrDuration(object, "cooldown", TriggerDraft.MAX_COOLDOWN);
        int priority = (int) object.integer("priority", 0, TriggerDraft.MAX_PRIORITY, 0);
        List<EventType> cancelOn = DefinitionJson.eventTypes(object, "cancelOn");
        validator.types(cancelOn, "cancelOn");
        boolean onDefinitionChange = object.bool("onDefinitionChange", false);
        Moderation moderation = ModerationJson.read(object);
        object.refuseUnknown();
        if (event == null) {
            return null;
        }
        TriggerDraft draft = new TriggerDraft(
                key,
                name,
                description,
                event,
                status == null ? Trigger.Status.ACTIVE : status,
                conditions,
                actions,
                targets,
                cooldown,
                priority,
                cancelOn,
                onDefinitionChange,
                moderation);
        ModerationJson.check(draft, out);
        return draft;
    }

    private static Optional<Trigger.Status> status(String text) {
        return Stream.of(Trigger.Status.values())
                .filter(status -> status.json().equals(text) || status.name().equals(text))
                .findFirst();
    }

    // --- what must hold and what is done

    private List<Condition> conditions(JsonObject parent, String name, Scope scope) {
        List<Condition> conditions = new ArrayList<>();
        List<JsonObject> given = parent.objects(name);
        validator.count(name, given.size(), 0, TriggerValidator.MAX_CONDITIONS);
        for (JsonObject condition : given) {
            Condition read = ConditionJson.read(condition);
            if (read != null && conditions.size() < TriggerValidator.MAX_CONDITIONS) {
                validator.condition(read, scope, condition.path());
                conditions.add(read);
            }
        }
        return conditions;
    }

    private List<Action> actions() {
        List<Action> actions = new ArrayList<>();
        int faults = out.size();
        List<JsonObject> given = object.objects("actions");
        if (out.size() == faults) {
            validator.count("actions", given.size(), 1, TriggerValidator.MAX_ACTIONS);
        }
        for (JsonObject action : given) {
            Action read = action(action);
            if (read != null) {
                validator.action(read, action.path());
                actions.add(read);
            }
        }
        return actions;
    }

    private static @Nullable Action action(JsonObject given) {
        int faults = given.violations().size();
        String id = given.optionalText("id", ACTION_ID_LENGTH);
        String type = given.text("action", 200);
        Object value = given.value("parameters");
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, parameter) -> parameters.put(String.valueOf(name), parameter));
        } else if (value != null) {
            given.violate("parameters", "TYPE", "must be an object, not " + Json.kind(value));
        }
        Duration delay = minutesOrDuration(given, "delay", Action.MAX_DELAY);
        given.refuseUnknown();
        if (given.violations().size() > faults) {
            return null;
        }
        try {
            return new Action(id, type, parameters, delay == null ? Duration.ZERO : delay);
        } catch (IllegalArgumentException e) {
            given.violate("parameters", "DEPTH", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Reads whole minutes, as the founding document writes them, or an ISO-8601 duration; null if left out or faulty. */
    static @Nullable Duration minutesOrDuration(JsonObject given, String name, Duration most) {
        Object value = given.value(name);
        if (value instanceof Long || value instanceof BigDecimal) {
            Long minutes = given.optionalInteger(name, 0, most.toMinutes());
            return minutes == null ? null : Duration.ofMinutes(minutes);
        }
        if (value instanceof String text && IsoTime.namesYearsOrMonths(text)) {
            given.violate(
                    name,
                    "TIME",
                    "years and months are no exact span: write days, as in P30D, at most " + IsoTime.text(most));
            return null;
        }
        if (value != null && !(value instanceof String)) {
            given.violate(name, "TYPE", "must be whole minutes or an ISO-8601 duration, not " + Json.kind(value));
            return null;
        }
        return given.optionalDuration(name, Duration.ZERO, most);
    }

    // --- writing

    static Map<String, @Nullable Object> write(TriggerDraft draft) {
        Map<String, @Nullable Object> written = DefinitionJson.header(draft.key(), draft.name(), draft.description());
        written.put("event", TriggerEventJson.write(draft.event()));
        written.put("status", draft.status().json());
        if (!draft.conditions().isEmpty()) {
            written.put(
                    "conditions",
                    draft.conditions().stream().map(ConditionJson::write).toList());
        }
        written.put("actions", draft.actions().stream().map(TriggerJson::write).toList());
        if (!draft.targetSegments().isEmpty()) {
            written.put("targetSegments", draft.targetSegments());
        }
        Duration cooldown = draft.cooldown();
        if (cooldown != null) {
            written.put("cooldown", write(cooldown));
        }
        written.put("priority", (long) draft.priority());
        if (!draft.cancelOn().isEmpty()) {
            written.put("cancelOn", names(draft.cancelOn()));
        }
        if (draft.onDefinitionChange()) {
            written.put("onDefinitionChange", true);
        }
        ModerationJson.write(draft.moderation(), written);
        return written;
    }

    private static List<String> names(List<EventType> types) {
        return types.stream().map(EventType::name).toList();
    }

    static Object write(Duration duration) {
        boolean wholeMinutes = duration.equals(Duration.ofMinutes(duration.toMinutes()));
        return wholeMinutes ? (Object) duration.toMinutes() : IsoTime.text(duration);
    }

    private static Map<String, @Nullable Object> write(Action action) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        if (action.id() != null) {
            written.put("id", action.id());
        }
        written.put("action", action.type());
        if (!action.parameters().isEmpty()) {
            written.put("parameters", action.parameters());
        }
        if (!action.delay().isZero()) {
            written.put("delay", write(action.delay()));
        }
        return written;
    }
}
