package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.decision.Explainer;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.TriggerExplanation;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.segment.SequenceMatcher;
import io.behavioranalytics.segment.SequenceProgress;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import io.behavioranalytics.trigger.TriggerJson;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Explains what triggers made of moments that have passed, by the versions that decided and the facts that are kept. Thread-safe. */
final class PastTriggers {
    private final Store store;
    private final DefinitionsCache definitions;

    PastTriggers(Store store, DefinitionsCache definitions) {
        this.store = store;
        this.definitions = definitions;
    }

    /** A subject with its whole timeline. */
    static SubjectRecord record(Store store, SubjectId subject) {
        SubjectRecord record =
                store.subjects().load(List.of(subject), Projection.TIMELINE).get(subject);
        if (record == null) {
            throw new IllegalStateException("the stored subject is damaged, the log says how");
        }
        return record;
    }

    TriggerExplanation execution(TriggerExecution execution) {
        return past(
                execution.triggerId(),
                execution.triggerVersion(),
                execution.subject(),
                causeOf(execution.cause()),
                execution.cameTrueAt(),
                execution.executedAt(),
                true,
                null,
                new ArrayList<>());
    }

    /** The event behind a cause, or null where it was the clock, a definition, or a silence. */
    private static @Nullable UUID causeOf(TriggerCause cause) {
        if (cause instanceof TriggerCause.Event event) {
            return event.eventId();
        }
        Cause behind = null;
        if (cause instanceof TriggerCause.Membership membership) {
            behind = membership.cause();
        } else if (cause instanceof TriggerCause.Pattern pattern) {
            behind = pattern.cause();
        } else if (cause instanceof TriggerCause.Crossing crossing) {
            behind = crossing.cause();
        }
        return behind instanceof Cause.Event event ? event.eventId() : null;
    }

    TriggerExplanation skip(Skip skip) {
        Trigger trigger = version(skip.triggerId(), skip.triggerVersion());
        List<UUID> causes =
                undecided(trigger, record(store, skip.subject()).timeline(), skip.subject(), skip.cameTrueAt());
        int place = skipsAt(skip).indexOf(skip);
        return skip(skip, place >= 0 && place < causes.size() ? causes.get(place) : null);
    }

    TriggerExplanation event(SubjectId subject, Trigger found, UUID eventId) {
        Timeline timeline = record(store, subject).timeline();
        int place = timeline.indexOf(eventId);
        if (place < 0) {
            throw new IllegalArgumentException("the subject has no event " + eventId);
        }
        for (TriggerExecution execution : store.ledger().executions(found.id(), subject, Integer.MAX_VALUE)) {
            if (execution.cause() instanceof TriggerCause.Event cause
                    && cause.eventId().equals(eventId)) {
                return execution(execution);
            }
        }
        Instant at = Micros.toInstant(timeline.micros(place));
        int order = undecided(found, timeline, subject, at).indexOf(eventId);
        List<Skip> skips = store.ledger().skips(found.id(), subject, Integer.MAX_VALUE).stream()
                .filter(skip -> skip.cameTrueAt().equals(at))
                .toList();
        if (order >= 0 && !skips.isEmpty()) {
            return skip(skips.get(Math.min(order, skips.size() - 1)), eventId);
        }
        List<String> remarks =
                new ArrayList<>(List.of("nothing was decided: the log has no firing and no skip for it"));
        if (order < 0) {
            remarks.add(
                    found.event() instanceof TriggerEvent.Sequence
                            ? "the event completes no sequence"
                            : "the trigger does not wait for " + timeline.type(place));
        }
        if (timeline.view(place).imported()) {
            remarks.add("the event was imported, and history fires nothing");
        }
        if (at.isBefore(found.activeFrom())) {
            remarks.add("the trigger fires for what comes true from " + found.activeFrom() + " on");
        }
        return past(found.id(), found.version(), subject, eventId, at, at, false, null, remarks);
    }

    private TriggerExplanation skip(Skip skip, @Nullable UUID cause) {
        return past(
                skip.triggerId(),
                skip.triggerVersion(),
                skip.subject(),
                cause,
                skip.cameTrueAt(),
                skip.decidedAt(),
                false,
                skip.reason(),
                new ArrayList<>(List.of("logged as " + skip.reason().json() + " at " + skip.decidedAt())));
    }

    private List<Skip> skipsAt(Skip skip) {
        return store.ledger().skips(skip.triggerId(), skip.subject(), Integer.MAX_VALUE).stream()
                .filter(other -> other.cameTrueAt().equals(skip.cameTrueAt()))
                .toList();
    }

    /** The events of an instant that a trigger waits for and did not fire by, in their order: so are its skips of the instant. */
    private List<UUID> undecided(Trigger trigger, Timeline timeline, SubjectId subject, Instant instant) {
        List<UUID> events = new ArrayList<>();
        Predicate<EventView> awaited = awaited(trigger);
        if (awaited != null) {
            long at = Micros.of(instant);
            for (int i = 0; i < timeline.size() && timeline.micros(i) <= at; i++) {
                if (awaited.test(timeline.view(i)) && timeline.micros(i) == at) {
                    events.add(timeline.id(i));
                }
            }
            for (TriggerExecution execution : store.ledger().executions(trigger.id(), subject, Integer.MAX_VALUE)) {
                if (execution.cause() instanceof TriggerCause.Event cause) {
                    events.remove(cause.eventId());
                }
            }
        }
        return events;
    }

    /** Tells of one event after the other whether the trigger comes true by it; null if it does so by none. */
    private static @Nullable Predicate<EventView> awaited(Trigger trigger) {
        if (trigger.event() instanceof TriggerEvent.Happened happened) {
            return event -> event.type().equals(happened.eventType());
        }
        if (trigger.event() instanceof TriggerEvent.Sequence sequence && !sequence.waits()) {
            SequenceMatcher matcher = SequenceMatcher.compile(sequence.pattern(), "event", new ArrayList<>());
            SequenceProgress progress = matcher.newProgress();
            return event -> matcher.completes(event, progress);
        }
        return null;
    }

    private TriggerExplanation past(
            UUID triggerId,
            long version,
            SubjectId subject,
            @Nullable UUID cause,
            Instant cameTrueAt,
            Instant decidedAt,
            boolean fired,
            Skip.@Nullable Reason skipped,
            List<String> remarks) {
        Defined defined = definitions.newest();
        List<Trigger> triggers = new ArrayList<>();
        defined.triggers().stream()
                .filter(trigger -> !trigger.id().equals(triggerId))
                .forEach(triggers::add);
        Trigger cited = version(triggerId, version);
        triggers.add(cited);
        List<Segment> segments = asOf(defined.segments(), decidedAt);
        addDeleted(segments, cited, subject, decidedAt);
        Plan plan = definitions.compile(defined.version(), segments, triggers);
        List<TriggerExecution> earlier = store.ledger().executions(triggerId, subject, Integer.MAX_VALUE).stream()
                .filter(execution -> execution.executedAt().isBefore(decidedAt)
                        // One of the same instant came before only if it is the reason.
                        || ((skipped == Skip.Reason.COOLDOWN || skipped == Skip.Reason.MAX_PER_LEAD)
                                && execution.executedAt().equals(decidedAt)))
                .toList();
        Timeline timeline = record(store, subject).timeline();
        if (cause != null && timeline.indexOf(cause) < 0) {
            remarks.add("the event that caused it is not in the timeline any more");
        }
        TriggerExplanation explanation = new Explainer(plan)
                .trigger(triggerId, subject, timeline, earlier, cause, cameTrueAt, decidedAt, skipped, remarks);
        if (fired != explanation.fires() && (fired || skipped != null)) {
            remarks.add("the timeline has changed since: with today's events it would not have been decided so");
            return new Explainer(plan)
                    .trigger(triggerId, subject, timeline, earlier, cause, cameTrueAt, decidedAt, skipped, remarks);
        }
        return explanation;
    }

    /** The segments in the versions that were the newest at an instant, of those that are still there. */
    private List<Segment> asOf(List<Segment> segments, Instant instant) {
        List<Segment> then = new ArrayList<>();
        for (Segment segment : segments) {
            Segment known = segment;
            if (segment.updatedAt().isAfter(instant)) {
                for (DefinitionRecord record : store.definitions().history(Kind.SEGMENT, segment.id())) {
                    Segment version = record.deleted() ? known : SegmentJson.read(record.json());
                    known = version.updatedAt().isAfter(instant) && record.version() > 1 ? known : version;
                }
            }
            then.add(known);
        }
        return then;
    }

    /**
     * Adds the segments that the trigger asked for and that were deleted since, as far as the subject was ever in them. They were there
     * when it decided, since nothing is deleted that a trigger names; another one may have taken the key since.
     */
    private void addDeleted(List<Segment> then, Trigger trigger, SubjectId subject, Instant instant) {
        Set<UUID> past = new LinkedHashSet<>();
        store.ledger().memberships(null, subject, Integer.MAX_VALUE).forEach(change -> past.add(change.segmentId()));
        then.forEach(segment -> past.remove(segment.id()));
        Deque<String> asked = new ArrayDeque<>(trigger.targetSegments());
        while (!asked.isEmpty() && !past.isEmpty()) {
            String reference = asked.remove();
            if (then.stream().anyMatch(segment -> isOf(segment, reference) && !isBehind(segment, instant))) {
                continue;
            }
            for (UUID id : past) {
                Segment deleted = versionAt(id, instant);
                if (deleted != null && isOf(deleted, reference)) {
                    then.removeIf(segment -> segment.key().equals(deleted.key()));
                    then.add(deleted);
                    asked.addAll(deleted.criteria().references());
                    break;
                }
            }
        }
    }

    private static boolean isOf(Segment segment, String reference) {
        return segment.key().equals(reference) || segment.id().toString().equals(reference);
    }

    private static boolean isBehind(Segment segment, Instant instant) {
        return segment.createdAt().isAfter(instant);
    }

    /** The version of a segment that was the newest at an instant, whether it was deleted later or not; null if there was none. */
    private @Nullable Segment versionAt(UUID segmentId, Instant instant) {
        Segment newest = null;
        for (DefinitionRecord record : store.definitions().history(Kind.SEGMENT, segmentId)) {
            Segment version = record.deleted() ? null : SegmentJson.read(record.json());
            if (version != null && !version.updatedAt().isAfter(instant)) {
                newest = version;
            }
        }
        return newest;
    }

    private Trigger version(UUID triggerId, long version) {
        return store.definitions().history(Kind.TRIGGER, triggerId).stream()
                .filter(record -> record.version() == version)
                .findFirst()
                .map(DefinitionRecord::json)
                .map(TriggerJson::read)
                .orElseThrow(() -> new UnknownDefinitionException(Kind.TRIGGER, triggerId.toString(), version));
    }
}
