package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Tag;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.SequencePattern;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a trigger before it is saved. */
final class TriggerValidator {
    static final int MAX_CONDITIONS = 100;
    static final int MAX_ACTIONS = 50;
    static final int MAX_TARGETS = 100;
    static final int REFERENCE_LENGTH = 64;

    private static final Pattern ACTION = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    /** Names of parameters, in lower case without separators, under which only secrets stand. */
    private static final Set<String> SECRETS = Set.of(
            "password",
            "passwd",
            "passphrase",
            "secret",
            "clientsecret",
            "secretkey",
            "apikey",
            "apitoken",
            "accesstoken",
            "refreshtoken",
            "authtoken",
            "bearertoken",
            "privatekey",
            "authorization",
            "credentials");

    private static final List<String> TRACKED = List.of("eventType", "properties", "value");
    private static final List<String> MEMBERSHIP = List.of("segment", "reason");

    private final Predicate<EventType> knownTypes;
    private final Predicate<String> knownActions;
    private final List<Violation> out;

    TriggerValidator(Predicate<EventType> knownTypes, Predicate<String> knownActions, List<Violation> out) {
        this.knownTypes = knownTypes;
        this.knownActions = knownActions;
        this.out = out;
    }

    void check(TriggerDraft draft) {
        event(draft.event());
        count("conditions", draft.conditions().size(), 0, MAX_CONDITIONS);
        for (int i = 0; i < draft.conditions().size(); i++) {
            condition(draft.conditions().get(i), Scope.CAUSE, JsonPath.element("conditions", i));
        }
        count("actions", draft.actions().size(), 1, MAX_ACTIONS);
        for (int i = 0; i < draft.actions().size(); i++) {
            action(draft.actions().get(i), JsonPath.element("actions", i));
        }
        targets(draft.targetSegments());
        Duration cooldown = draft.cooldown();
        if (cooldown != null && (cooldown.isNegative() || cooldown.compareTo(TriggerDraft.MAX_COOLDOWN) > 0)) {
            refuse("cooldown", "RANGE", "must be 0 to " + TriggerDraft.MAX_COOLDOWN.toDays() + " days");
        }
        if (draft.priority() < 0 || draft.priority() > TriggerDraft.MAX_PRIORITY) {
            refuse("priority", "RANGE", "must be 0 to " + TriggerDraft.MAX_PRIORITY);
        }
        count("cancelOn", draft.cancelOn().size(), 0, DefinitionJson.MAX_TYPES);
        types(draft.cancelOn(), "cancelOn");
        ModerationJson.check(draft, out);
    }

    void event(TriggerEvent event) {
        if (event instanceof TriggerEvent.Happened happened) {
            type(happened.eventType(), "event");
        } else if (event instanceof TriggerEvent.SegmentEntered entered) {
            segment(entered.segment());
        } else if (event instanceof TriggerEvent.SegmentExited exited) {
            segment(exited.segment());
        } else if (event instanceof TriggerEvent.Inactivity inactivity) {
            EventType after = inactivity.after();
            if (after != null) {
                type(after, "event.after");
            }
            for (int i = 0; i < inactivity.afterConditions().size(); i++) {
                condition(
                        inactivity.afterConditions().get(i), Scope.EVENT, JsonPath.element("event.afterConditions", i));
            }
            count("event.afterConditions", inactivity.afterConditions().size(), 0, MAX_CONDITIONS);
            types(inactivity.unless(), "event.unless");
        } else if (event instanceof TriggerEvent.Sequence sequence) {
            SequencePattern pattern = sequence.pattern();
            pattern.check("event", knownTypes, out);
            int conditions = pattern.steps().stream()
                    .mapToInt(step -> step.conditions().size())
                    .sum();
            count("event.steps", conditions, 0, MAX_CONDITIONS, "conditions together");
        }
    }

    private void segment(@Nullable String segment) {
        if (segment != null && !isReference(segment)) {
            refuse("event.segment", "NAME", "must be the key or id of a segment");
        }
    }

    void condition(Condition condition, Scope scope, String path) {
        CompiledCondition.compile(condition, scope, path, out);
    }

    void action(Action action, String path) {
        String type = action.type();
        String at = JsonPath.child(path, "action");
        if (type.equals("track_event")) {
            tracked(action.parameters(), JsonPath.child(path, "parameters"));
        } else if (SegmentEffects.isOne(type)) {
            membership(action, JsonPath.child(path, "parameters"));
        } else if (type.equals("tag_lead")) {
            tagged(action.parameters(), JsonPath.child(path, "parameters"));
        } else if (!ACTION.matcher(type).matches()) {
            refuse(
                    at,
                    "ACTION",
                    JsonPath.quote(type) + " cannot be a type of action: letters, digits, _ . and -, at most 64");
        } else if (!knownActions.test(type)) {
            refuse(at, "ACTION", "no host carries out " + type + ": register an executor of that type first");
        }
        String parameters = JsonPath.child(path, "parameters");
        if (Json.utf8Length(Json.write(action.parameters())) > Action.MAX_PARAMETERS) {
            refuse(parameters, "SIZE", "must take at most " + Action.MAX_PARAMETERS + " bytes as JSON");
        }
        secrets(action.parameters(), parameters);
    }

    /** An event that a trigger tracks: its type, properties and value. */
    private void tracked(Map<String, @Nullable Object> parameters, String path) {
        names(parameters, path, "track_event", TRACKED);
        String typePath = JsonPath.child(path, "eventType");
        if (parameters.get("eventType") instanceof String name && EventType.isName(name)) {
            if (EventCatalog.isReserved(name)) {
                refuse(typePath, "TYPE", name + " is reserved for the library");
            } else {
                type(EventType.of(name), typePath);
            }
        } else {
            refuse(typePath, "REQUIRED", "must be given: the type of the event to track");
        }
        Object properties = parameters.get("properties");
        if (properties != null && !(properties instanceof Map<?, ?>)) {
            refuse(JsonPath.child(path, "properties"), "TYPE", "must be an object, not " + Json.kind(properties));
        }
        Object value = parameters.get("value");
        if (value != null && !(value instanceof Number)) {
            refuse(JsonPath.child(path, "value"), "TYPE", "must be a number, not " + Json.kind(value));
        } else if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
            refuse(JsonPath.child(path, "value"), "NOT_FINITE", "must be a finite 64-bit floating point number");
        }
    }

    /** A tag that a trigger puts on its subject. */
    private void tagged(Map<String, @Nullable Object> parameters, String path) {
        names(parameters, path, "tag_lead", List.of("tag"));
        String at = JsonPath.child(path, "tag");
        Object tag = parameters.get("tag");
        if (tag == null) {
            refuse(at, "REQUIRED", "must be given: " + Tag.FORM);
        } else if (!(tag instanceof String text) || !Tag.isOne(text)) {
            refuse(at, "NAME", Tag.FORM);
        }
    }

    /** A word on the subject's membership: of which segment, and why. */
    private void membership(Action action, String path) {
        names(action.parameters(), path, action.type(), MEMBERSHIP);
        String segment = SegmentEffects.segmentOf(action);
        if (segment == null) {
            refuse(JsonPath.child(path, "segment"), "REQUIRED", "must be given: the key or id of a segment");
        } else if (!isReference(segment)) {
            refuse(JsonPath.child(path, "segment"), "NAME", "must be the key or id of a segment");
        }
        Object reason = action.parameters().get("reason");
        if (reason instanceof String text && text.codePointCount(0, text.length()) > JsonObject.TEXT_LENGTH) {
            refuse(
                    JsonPath.child(path, "reason"),
                    "SIZE",
                    "must have at most " + JsonObject.TEXT_LENGTH + " characters");
        } else if (reason != null && !(reason instanceof String)) {
            refuse(JsonPath.child(path, "reason"), "TYPE", "must be text, not " + Json.kind(reason));
        }
    }

    private void names(Map<String, @Nullable Object> parameters, String path, String type, List<String> taken) {
        for (String name : parameters.keySet()) {
            if (!taken.contains(name)) {
                refuse(JsonPath.child(path, name), "UNKNOWN_FIELD", type + " takes " + String.join(", ", taken));
            }
        }
    }

    /** Definitions are shown, logged and kept for ever, so a secret stands in them by reference only. */
    private void secrets(@Nullable Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                String at = JsonPath.child(path, name);
                String plain = name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
                if (SECRETS.contains(plain) && entry.getValue() != null) {
                    refuse(
                            at,
                            "SECRET",
                            "a secret has no place in a definition: give the name of one that the executor "
                                    + "looks up, as " + plain + "Ref");
                } else {
                    secrets(entry.getValue(), at);
                }
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                secrets(list.get(i), JsonPath.element(path, i));
            }
        }
    }

    void targets(List<String> targets) {
        count("targetSegments", targets.size(), 0, MAX_TARGETS);
        for (int i = 0; i < targets.size(); i++) {
            if (!isReference(targets.get(i))) {
                refuse(JsonPath.element("targetSegments", i), "NAME", "must be the key or id of a segment");
            }
        }
    }

    private static boolean isReference(String text) {
        return !text.isBlank() && text.length() <= REFERENCE_LENGTH;
    }

    void types(List<EventType> types, String path) {
        for (int i = 0; i < types.size(); i++) {
            type(types.get(i), JsonPath.element(path, i));
        }
    }

    private void type(EventType type, String path) {
        if (!knownTypes.test(type)) {
            refuse(path, "TYPE", "there is no event type " + type + "; declare it in the catalog");
        }
    }

    void count(String path, int count, int least, int most) {
        count(path, count, least, most, "");
    }

    private void count(String path, int count, int least, int most, String what) {
        String of = what.isEmpty() ? "" : " " + what;
        if (count < least) {
            refuse(path, "REQUIRED", "must have at least " + least + of);
        } else if (count > most) {
            refuse(path, "TOO_MANY", "must have at most " + most + of);
        }
    }

    private void refuse(String path, String code, String message) {
        out.add(new Violation(path, code, message));
    }
}
