package io.behavioranalytics.store;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The records of an archive as JSON objects, and back. An event belongs to the subject that was read last. Not thread-safe. */
final class ArchiveJson {
    static final String KIND = "kind";

    private static final String DAMAGED = "damaged";

    private @Nullable SubjectId owner;

    static String kind(Map<String, @Nullable Object> fields) {
        return new ArchiveFields(fields).text(KIND);
    }

    /** Whether a line tells of something that could not be read when the archive was written. */
    static boolean isDamaged(Map<String, @Nullable Object> fields) {
        return DAMAGED.equals(kind(fields));
    }

    // ---- writing

    static Map<String, @Nullable Object> write(ArchiveRecord record) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (record instanceof ArchiveRecord.Whole whole) {
            fields.put(KIND, "definitions");
            fields.put("version", whole.definitionsVersion());
        } else if (record instanceof ArchiveRecord.Defined defined) {
            write(defined.definition(), fields);
        } else if (record instanceof ArchiveRecord.Subject subject) {
            write(subject, fields);
        } else if (record instanceof ArchiveRecord.Event event) {
            write(event.event(), fields);
        } else if (record instanceof ArchiveRecord.Membership membership) {
            write(membership.change(), fields);
        } else if (record instanceof ArchiveRecord.Execution execution) {
            write(execution.execution(), fields);
        } else if (record instanceof ArchiveRecord.Skipped skipped) {
            write(skipped.skip(), fields);
        } else if (record instanceof ArchiveRecord.Exposed exposed) {
            write("exposure", exposed.exposure(), fields);
        } else if (record instanceof ArchiveRecord.Crossed crossed) {
            write("crossover", crossed.exposure(), fields);
        } else if (record instanceof ArchiveRecord.Scheduled scheduled) {
            write(scheduled, fields);
        } else if (record instanceof ArchiveRecord.Damaged damaged) {
            fields.put(KIND, DAMAGED);
            fields.put("what", damaged.what());
            fields.put("id", damaged.id());
        }
        return fields;
    }

    private static void write(DefinitionRecord definition, Map<String, @Nullable Object> fields) {
        fields.put(KIND, "definition");
        fields.put("of", definition.kind().json());
        fields.put("id", definition.id().toString());
        fields.put("key", definition.key());
        fields.put("version", definition.version());
        fields.put("deleted", definition.deleted());
        fields.put("json", definition.json());
    }

    private static void write(ArchiveRecord.Subject subject, Map<String, @Nullable Object> fields) {
        fields.put(KIND, "subject");
        fields.put(
                subject.subject().isLead() ? "lead" : "session",
                subject.subject().value());
        fields.put("version", subject.version());
        putUnlessNull(fields, "due", subject.due());
        if (!subject.links().isEmpty()) {
            List<Map<String, Object>> links = new ArrayList<>();
            for (SessionLink link : subject.links()) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("lead", link.leadId());
                object.put("micros", link.from().micros());
                object.put("sequence", link.from().sequence());
                object.put("event", link.from().id().toString());
                links.add(object);
            }
            fields.put("links", links);
        }
        SubjectState state = subject.state();
        if (state != null) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("definitions", state.definitionsVersion());
            object.put("asOf", state.asOf().toString());
            object.put("profile", profile(state.profile()));
            object.put("accumulators", Base64.getEncoder().encodeToString(state.accumulators()));
            object.put("memory", Base64.getEncoder().encodeToString(state.memory()));
            fields.put("state", object);
        }
    }

    /** The subject stands beside it. */
    private static Map<String, Object> profile(Profile profile) {
        Map<String, Object> fields = profile.fields();
        fields.keySet().removeAll(List.of("leadId", "sessionId"));
        fields.replaceAll((name, value) -> value instanceof Double score ? number(score) : value);
        return fields;
    }

    /** A double as a number that reads back as the same double; JSON has no form for a negative zero. */
    private static Object number(double value) {
        return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(-0.0) ? "-0.0" : value;
    }

    private static void write(BehaviorEvent event, Map<String, @Nullable Object> fields) {
        fields.put(KIND, "event");
        fields.put("id", event.id().toString());
        putUnlessNull(fields, "session", event.sessionId());
        putUnlessNull(fields, "lead", event.leadId());
        putUnlessNull(fields, "user", event.userId());
        if (event.sequence() != 0) {
            fields.put("sequence", event.sequence());
        }
        fields.put("type", event.type().name());
        fields.put("category", event.category().json());
        fields.put("timestamp", event.timestamp().toString());
        fields.put("source", event.source());
        Double value = event.value();
        if (value != null) {
            fields.put("value", number(value));
        }
        putUnlessEmpty(fields, "page", event.page());
        putUnlessEmpty(fields, "properties", event.properties());
        putUnlessEmpty(fields, "context", event.context());
        putUnlessEmpty(fields, "metadata", event.metadata());
        if (event.imported()) {
            fields.put("imported", true);
        }
    }

    private static void write(MembershipChange change, Map<String, @Nullable Object> fields) {
        fields.put(KIND, "membership");
        fields.put("segment", change.segmentId().toString());
        fields.put("key", change.segmentKey());
        fields.put("version", change.segmentVersion());
        put(fields, change.subject());
        fields.put("entered", change.entered());
        fields.put("effectiveAt", change.effectiveAt().toString());
        fields.put("decidedAt", change.decidedAt().toString());
        fields.put("cause", CauseJson.write(change.cause()));
    }

    private static void write(TriggerExecution execution, Map<String, @Nullable Object> fields) {
        fields.put(KIND, "execution");
        fields.put("id", execution.id().toString());
        fields.put("trigger", execution.triggerId().toString());
        fields.put("key", execution.triggerKey());
        fields.put("version", execution.triggerVersion());
        put(fields, execution.subject());
        putUnlessNull(fields, "leadId", execution.leadId());
        fields.put("cameTrueAt", execution.cameTrueAt().toString());
        fields.put("executedAt", execution.executedAt().toString());
        Map<String, Object> cause = new LinkedHashMap<>();
        if (execution.cause() instanceof TriggerCause.Event event) {
            cause.put("event", event.eventId().toString());
        } else if (execution.cause() instanceof TriggerCause.Absence absence) {
            cause.put("absenceAfter", absence.eventId().toString());
        } else if (execution.cause() instanceof TriggerCause.Membership membership) {
            cause.put("segment", membership.segmentKey());
            cause.put("entered", membership.entered());
            cause.put("cause", CauseJson.write(membership.cause()));
        } else if (execution.cause() instanceof TriggerCause.Pattern changed) {
            cause.put("from", changed.from().json());
            cause.put("to", changed.to().json());
            cause.put("cause", CauseJson.write(changed.cause()));
        } else if (execution.cause() instanceof TriggerCause.Crossing crossing) {
            cause.put("score", crossing.score());
            cause.put("threshold", Json.fromDouble(crossing.threshold()));
            cause.put("cause", CauseJson.write(crossing.cause()));
        }
        fields.put("cause", cause);
        fields.put("actions", execution.actions().stream().map(UUID::toString).toList());
    }

    private static void write(Skip skip, Map<String, @Nullable Object> fields) {
        fields.put(KIND, "skip");
        fields.put("trigger", skip.triggerId().toString());
        fields.put("key", skip.triggerKey());
        fields.put("version", skip.triggerVersion());
        put(fields, skip.subject());
        fields.put("cameTrueAt", skip.cameTrueAt().toString());
        fields.put("decidedAt", skip.decidedAt().toString());
        fields.put("reason", skip.reason().json());
    }

    private static void write(String kind, Exposure exposure, Map<String, @Nullable Object> fields) {
        fields.put(KIND, kind);
        fields.put("experiment", exposure.experimentId().toString());
        fields.put("version", exposure.experimentVersion());
        fields.put("bucketVersion", (long) exposure.bucketVersion());
        put(fields, exposure.subject());
        fields.put("variant", exposure.variant());
        fields.put("phase", (long) exposure.phase());
        fields.put("band", (long) exposure.band());
        fields.put("exposedAt", exposure.exposedAt().toString());
    }

    private static Exposure exposure(ArchiveFields fields) {
        return new Exposure(
                fields.id("experiment"),
                fields.number("version"),
                Math.toIntExact(fields.number("bucketVersion")),
                fields.subject(),
                fields.text("variant"),
                Math.toIntExact(fields.number("phase")),
                Math.toIntExact(fields.number("band")),
                fields.instant("exposedAt"));
    }

    private static void write(ArchiveRecord.Scheduled scheduled, Map<String, @Nullable Object> fields) {
        ScheduledAction action = scheduled.action();
        fields.put(KIND, "action");
        fields.put("id", action.id().toString());
        fields.put("execution", action.executionId().toString());
        fields.put("trigger", action.triggerId().toString());
        fields.put("key", action.triggerKey());
        put(fields, action.subject());
        Map<String, @Nullable Object> what = new LinkedHashMap<>();
        putUnlessNull(what, "id", action.action().id());
        what.put("type", action.action().type());
        what.put("parameters", action.action().parameters());
        what.put("delay", action.action().delay().toString());
        fields.put("action", what);
        fields.put("cause", action.cause());
        fields.put("priority", (long) action.priority());
        fields.put("dueAt", action.dueAt().toString());
        fields.put("status", scheduled.status().json());
        fields.put("attempts", (long) scheduled.attempts());
        fields.put("token", scheduled.token());
        fields.put("notBefore", scheduled.notBefore().toString());
        putUnlessNull(fields, "settledAt", scheduled.settledAt());
        putUnlessNull(fields, "lastError", scheduled.lastError());
        Cancellation.Reason cancellation = scheduled.cancellation();
        putUnlessNull(fields, "cancellation", cancellation == null ? null : cancellation.json());
        putUnlessNull(fields, "cancelledAt", scheduled.cancelledAt());
    }

    private static void put(Map<String, @Nullable Object> fields, SubjectId subject) {
        fields.put(subject.isLead() ? "lead" : "session", subject.value());
    }

    private static void putUnlessNull(Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value instanceof Instant ? value.toString() : value);
        }
    }

    private static void putUnlessEmpty(
            Map<String, @Nullable Object> fields, String name, Map<String, @Nullable Object> map) {
        if (!map.isEmpty()) {
            fields.put(name, sorted(map));
        }
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            map.forEach((name, field) -> sorted.put((String) name, sorted(field)));
            return sorted;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> sorted = new ArrayList<>(list.size());
            list.forEach(element -> sorted.add(sorted(element)));
            return sorted;
        }
        return value;
    }

    // ---- reading

    /**
     * Reads the next record.
     *
     * @throws IllegalArgumentException if a field is missing or malformed; its name is told, its value is not
     */
    ArchiveRecord read(Map<String, @Nullable Object> object) {
        ArchiveFields fields = new ArchiveFields(object);
        String kind = fields.text(KIND);
        return switch (kind) {
            case "definitions" -> new ArchiveRecord.Whole(fields.number("version"));
            case "definition" ->
                new ArchiveRecord.Defined(new DefinitionRecord(
                        fields.constant("of", DefinitionRecord.Kind.class),
                        fields.id("id"),
                        fields.text("key"),
                        fields.number("version"),
                        fields.flag("deleted"),
                        fields.text("json")));
            case "subject" -> subject(fields);
            case "event" -> event(fields);
            case "membership" ->
                new ArchiveRecord.Membership(new MembershipChange(
                        fields.id("segment"),
                        fields.text("key"),
                        fields.number("version"),
                        fields.subject(),
                        fields.flag("entered"),
                        fields.instant("effectiveAt"),
                        fields.instant("decidedAt"),
                        CauseJson.read(fields.object("cause"))));
            case "execution" ->
                new ArchiveRecord.Execution(new TriggerExecution(
                        fields.id("id"),
                        fields.id("trigger"),
                        fields.text("key"),
                        fields.number("version"),
                        fields.subject(),
                        fields.optionalText("leadId"),
                        fields.instant("cameTrueAt"),
                        fields.instant("executedAt"),
                        CauseJson.readTrigger(fields.object("cause")),
                        fields.texts("actions").stream().map(UUID::fromString).toList()));
            case "skip" ->
                new ArchiveRecord.Skipped(new Skip(
                        fields.id("trigger"),
                        fields.text("key"),
                        fields.number("version"),
                        fields.subject(),
                        fields.instant("cameTrueAt"),
                        fields.instant("decidedAt"),
                        fields.constant("reason", Skip.Reason.class)));
            case "exposure" -> new ArchiveRecord.Exposed(exposure(fields));
            case "crossover" -> new ArchiveRecord.Crossed(exposure(fields));
            case "action" -> scheduled(fields);
            default -> throw new IllegalArgumentException("there is no such kind of record");
        };
    }

    private ArchiveRecord subject(ArchiveFields fields) {
        SubjectId subject = fields.subject();
        owner = subject;
        List<SessionLink> links = new ArrayList<>();
        for (ArchiveFields link : fields.objects("links")) {
            links.add(new SessionLink(
                    new EventKey(link.number("micros"), link.number("sequence"), link.id("event")), link.text("lead")));
        }
        SubjectState state = fields.has("state") ? state(subject, fields.object("state")) : null;
        return new ArchiveRecord.Subject(
                subject, fields.number("version"), state, links, fields.optionalInstant("due"));
    }

    private static SubjectState state(SubjectId subject, ArchiveFields fields) {
        ArchiveFields profile = fields.object("profile");
        return new SubjectState(
                fields.number("definitions"),
                fields.instant("asOf"),
                new Profile(
                        subject,
                        profile.instant("asOf"),
                        profile.number("totalEvents"),
                        Math.toIntExact(profile.number("uniqueEventTypes")),
                        profile.number("visits"),
                        profile.number("totalTimeSpent"),
                        profile.number("averageSessionDuration"),
                        profile.decimal("engagementScore"),
                        profile.decimal("interestScore"),
                        profile.decimal("intentScore"),
                        profile.decimal("conversionProbability"),
                        profile.texts("segments"),
                        profile.constant("behaviorPattern", BehaviorPattern.class),
                        profile.optionalInstant("firstSeen"),
                        profile.optionalInstant("lastActivity"),
                        profile.texts("tags"),
                        profile.values("attributes")),
                Base64.getDecoder().decode(fields.text("accumulators")),
                Base64.getDecoder().decode(fields.text("memory")));
    }

    private ArchiveRecord event(ArchiveFields fields) {
        SubjectId of = owner;
        if (of == null) {
            throw new IllegalArgumentException("an event stands before the first subject");
        }
        return new ArchiveRecord.Event(
                of,
                new BehaviorEvent(
                        fields.id("id"),
                        fields.optionalText("session"),
                        fields.optionalText("lead"),
                        fields.optionalText("user"),
                        fields.has("sequence") ? fields.number("sequence") : 0,
                        EventType.of(fields.text("type")),
                        fields.constant("category", Category.class),
                        fields.instant("timestamp"),
                        fields.text("source"),
                        fields.map("page"),
                        fields.map("properties"),
                        fields.map("context"),
                        fields.has("value") ? (Double) fields.decimal("value") : null,
                        fields.map("metadata"),
                        fields.has("imported") && fields.flag("imported")));
    }

    private static ArchiveRecord scheduled(ArchiveFields fields) {
        ArchiveFields what = fields.object("action");
        return new ArchiveRecord.Scheduled(
                new ScheduledAction(
                        fields.id("id"),
                        fields.id("execution"),
                        fields.id("trigger"),
                        fields.text("key"),
                        fields.subject(),
                        new Action(
                                what.optionalText("id"),
                                what.text("type"),
                                what.map("parameters"),
                                Duration.parse(what.text("delay"))),
                        fields.text("cause"),
                        Math.toIntExact(fields.number("priority")),
                        fields.instant("dueAt")),
                fields.constant("status", ActionStatus.class),
                Math.toIntExact(fields.number("attempts")),
                fields.number("token"),
                fields.instant("notBefore"),
                fields.optionalInstant("settledAt"),
                fields.optionalText("lastError"),
                fields.has("cancellation") ? fields.constant("cancellation", Cancellation.Reason.class) : null,
                fields.optionalInstant("cancelledAt"));
    }
}
