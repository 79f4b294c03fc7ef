package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Explainer;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SegmentExplanation;
import io.behavioranalytics.decision.TriggerExplanation;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.PatternExplanation;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoreExplanation;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.RolloutLayer;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a subject is in a segment, why a trigger fired or did not, why a score or pattern is what it is: by the functions that decide,
 * over the events that are stored. Nothing is written by asking, and nothing of it is logged: an explanation shows a person's data.
 * References take a key or an id. Thread-safe.
 */
public final class Explanations {
    /** The id of an event that is only supposed. */
    private static final UUID SUPPOSED = new UUID(-1L, -1L);

    private final Store store;
    private final DefinitionsCache definitions;
    private final DecisionSettings settings;
    private final EventCatalog catalog;
    private final EventNormalizer normalizer;
    private final InstantSource clock;
    private final PastTriggers past;

    Explanations(
            Store store,
            DefinitionsCache definitions,
            DecisionSettings settings,
            EventCatalog catalog,
            EventNormalizer normalizer,
            InstantSource clock) {
        this.store = store;
        this.definitions = definitions;
        this.settings = settings;
        this.catalog = catalog;
        this.normalizer = normalizer;
        this.clock = clock;
        this.past = new PastTriggers(store, definitions);
    }

    /**
     * Why a subject is in a segment now, or is not. A segment that is a draft or switched off is explained as if it were active, with
     * a remark.
     *
     * @param subject who
     * @param segment its key or id
     * @return the explanation
     * @throws io.behavioranalytics.json.InvalidDefinitionException if it is the built-in segment, which needs no explanation
     * @throws UnknownDefinitionException if there is no such segment
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public SegmentExplanation segment(SubjectId subject, String segment) {
        Segments.refuseToExplain(segment);
        Defined defined = definitions.newest();
        Segment newest = defined.requireSegment(segment);
        Segment answering = defined.rollout().answering(newest);
        Segment found = answering == null ? newest : answering;
        List<String> remarks = new ArrayList<>();
        if (defined.rollout().isCalculating(newest)) {
            remarks.add(
                    answering == null
                            ? "the segment is being calculated: nobody is in it yet"
                            : "version " + newest.version() + " is being calculated; this is version "
                                    + answering.version() + ", which answers until then");
        } else if (RolloutLayer.calculating(defined.segments(), defined.rollout())
                .apart()
                .containsKey(newest.id())) {
            remarks.add("a segment to which it refers is being calculated; it follows with that");
        }
        if (found.status() != Segment.Status.ACTIVE) {
            remarks.add("the segment is " + found.status().json() + ": nobody is in it");
        }
        return explain(defined, found, subject, clock.instant(), null, remarks);
    }

    /**
     * Why a subject entered or left a segment then: by the version of the segment that decided, and the timeline as of that instant.
     * A remark says so if late events have changed the timeline since, so that it does not bear the decision out any more.
     *
     * @param change from {@link Segments#history}
     * @return the explanation
     * @throws UnknownDefinitionException if the store knows no such version of the segment
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public SegmentExplanation membership(MembershipChange change) {
        Segment cited = store.definitions().history(Kind.SEGMENT, change.segmentId()).stream()
                .filter(record -> record.version() == change.segmentVersion())
                .findFirst()
                .map(DefinitionRecord::json)
                .map(SegmentJson::read)
                .orElseThrow(() -> new UnknownDefinitionException(
                        Kind.SEGMENT, change.segmentId().toString(), change.segmentVersion()));
        Timeline timeline = timeline(change.subject());
        EventKey until = null;
        List<String> remarks = new ArrayList<>();
        if (change.cause() instanceof Cause.Event event) {
            int place = timeline.indexOf(event.eventId());
            if (place < 0) {
                remarks.add("the event that caused it is not in the timeline any more");
            } else if (timeline.micros(place) == Micros.of(change.effectiveAt())) {
                until = timeline.key(place);
            }
        }
        SegmentExplanation explanation =
                explain(definitions.newest(), cited, change.subject(), change.effectiveAt(), until, remarks);
        if (explanation.member() == change.entered()) {
            return explanation;
        }
        remarks.add(
                change.cause() instanceof Cause.Definition
                        ? "it was decided because a definition was created, changed or deleted"
                        : "the timeline has changed since: with today's events it would not have been decided so");
        return explain(definitions.newest(), cited, change.subject(), change.effectiveAt(), until, remarks);
    }

    /**
     * Whether a trigger would fire now, and why: for an event given, or else for a bare event of the type that it waits for (of a
     * sequence that of its last step, any event being given as a page_view); for a trigger on an entry, an exit or a silence as if that
     * came now. On the state after the event, with the cooldowns as they are.
     *
     * @param subject for whom; an event given is taken for the subject's, whatever lead or session it names
     * @param trigger its key or id
     * @param event what is supposed to happen, or null
     * @return the explanation
     * @throws UnknownDefinitionException if there is no such trigger
     * @throws io.behavioranalytics.event.InvalidEventException if the event is not as events have to be
     * @throws IllegalArgumentException if the event is of another type than the trigger waits for
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public TriggerExplanation trigger(SubjectId subject, String trigger, @Nullable TrackRequest event) {
        Defined defined = definitions.newest();
        Trigger found = defined.requireTrigger(trigger);
        SubjectRecord record = PastTriggers.record(store, subject);
        Instant now = clock.instant();
        return new Explainer(defined.decider().plan())
                .trigger(
                        found.id(),
                        subject,
                        record.timeline(),
                        record.state(),
                        supposed(found, subject, event, now),
                        now,
                        List.of());
    }

    private @Nullable BehaviorEvent supposed(
            Trigger trigger, SubjectId subject, @Nullable TrackRequest event, Instant now) {
        EventType waitedFor = waitedFor(trigger.event());
        if (waitedFor == null) {
            if (event != null) {
                throw new IllegalArgumentException("trigger '" + trigger.key() + "' does not wait for an event");
            }
            return null;
        }
        TrackRequest given = event == null
                ? TrackRequest.builder(waitedFor)
                        .leadId(subject.isLead() ? subject.value() : null)
                        .sessionId(subject.isLead() ? null : subject.value())
                        .build()
                : event;
        BehaviorEvent normal = normalizer.normalize(given, now, () -> SUPPOSED, false);
        if (trigger.event() instanceof TriggerEvent.Happened && !normal.type().equals(waitedFor)) {
            throw new IllegalArgumentException(
                    "trigger '" + trigger.key() + "' waits for " + waitedFor + ", not for " + normal.type());
        }
        return normal;
    }

    /** The type of event by which it may come true at once, or null if it waits for none. */
    private static @Nullable EventType waitedFor(TriggerEvent event) {
        if (event instanceof TriggerEvent.Happened happened) {
            return happened.eventType();
        }
        if (event instanceof TriggerEvent.Sequence sequence && !sequence.waits()) {
            List<SequencePattern.Step> steps = sequence.pattern().steps();
            EventType last = steps.get(steps.size() - 1).eventType();
            return last == null ? EventType.PAGE_VIEW : last;
        }
        return null;
    }

    /**
     * Why a trigger fired: by the version that decided, and the timeline as of that instant as far as it is known today. A remark says
     * so if late events have changed the timeline since, so that it does not bear the firing out any more.
     *
     * @param execution from {@link Triggers#executions}
     * @return the explanation
     * @throws UnknownDefinitionException if the store knows no such version of the trigger
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public TriggerExplanation execution(TriggerExecution execution) {
        return past.execution(execution);
    }

    /**
     * Why a trigger did not fire: by the version that decided, and the timeline as of that instant as far as it is known today.
     *
     * @param skip from {@link Triggers#skips}
     * @return the explanation; its first remark is the logged reason
     * @throws UnknownDefinitionException if the store knows no such version of the trigger
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public TriggerExplanation skip(Skip skip) {
        return past.skip(skip);
    }

    /**
     * What a trigger made of an event that has happened, joined with the log of firings and skips; where neither knows of it, the
     * explanation tells by today's definitions, and a remark says why nothing was decided, as far as that can be told.
     *
     * @param subject for whom
     * @param trigger its key or id
     * @param eventId an event of the subject
     * @return the explanation
     * @throws UnknownDefinitionException if there is no such trigger
     * @throws IllegalArgumentException if the subject has no such event
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public TriggerExplanation event(SubjectId subject, String trigger, UUID eventId) {
        return past.event(subject, definitions.newest().requireTrigger(trigger), eventId);
    }

    /**
     * Why a score stands where it does now, and what brings it to a bound or takes it below.
     *
     * @param subject whose
     * @param score which score
     * @param bound what it is held against, 0 to 100
     * @return the explanation
     * @throws IllegalArgumentException if the bound is out of range
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public ScoreExplanation score(SubjectId subject, Score score, double bound) {
        return score(subject, score, bound, Micros.of(clock.instant()));
    }

    /**
     * Why a score stood where it did, such as when something was decided: over the events up to that instant, as far as they are known today.
     *
     * @param subject whose
     * @param score which score
     * @param bound what it is held against, 0 to 100
     * @param at the instant, not ahead of the clock, such as a change's {@link MembershipChange#effectiveAt()} or a firing's
     *     {@link TriggerExecution#executedAt()}
     * @return the explanation
     * @throws IllegalArgumentException if the bound is out of range, or the instant lies ahead
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public ScoreExplanation score(SubjectId subject, Score score, double bound, Instant at) {
        return score(subject, score, bound, passed(at));
    }

    private ScoreExplanation score(SubjectId subject, Score score, double bound, long micros) {
        return ScoreExplanation.of(score, bound, visible(subject, micros), settings.scoring(), catalog, micros);
    }

    /**
     * Why a subject shows its pattern now.
     *
     * @param subject whose
     * @return the explanation
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public PatternExplanation pattern(SubjectId subject) {
        return pattern(subject, Micros.of(clock.instant()));
    }

    /**
     * Why a subject showed its pattern, such as when something was decided: over the events up to that instant, as far as they are known today.
     *
     * @param subject whose
     * @param at the instant, not ahead of the clock
     * @return the explanation
     * @throws IllegalArgumentException if the instant lies ahead
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public PatternExplanation pattern(SubjectId subject, Instant at) {
        return pattern(subject, passed(at));
    }

    private PatternExplanation pattern(SubjectId subject, long micros) {
        ProfileFold fold = new ProfileFold(settings.scoring());
        visible(subject, micros).forEach(fold::apply);
        return PatternExplanation.of(fold, micros);
    }

    /** What has passed is explained as it was; of what lies ahead explanations of now have an outlook. */
    private long passed(Instant at) {
        Instant now = clock.instant();
        if (at.isAfter(now)) {
            throw new IllegalArgumentException(
                    "the instant must not lie ahead of the clock, which says " + now + ": " + at);
        }
        return Micros.of(at.isBefore(EventNormalizer.EARLIEST) ? EventNormalizer.EARLIEST : at);
    }

    private SegmentExplanation explain(
            Defined defined,
            Segment segment,
            SubjectId subject,
            Instant at,
            @Nullable EventKey until,
            List<String> remarks) {
        Plan plan = definitions.compile(defined.version(), with(defined.segments(), segment), List.of());
        return new Explainer(plan).segment(segment.id(), subject, timeline(subject), at, until, remarks);
    }

    /** The segments, with one of them in a version of its own, active. */
    private static List<Segment> with(List<Segment> segments, Segment one) {
        List<Segment> all = new ArrayList<>();
        UUID id = one.id();
        segments.stream().filter(segment -> !segment.id().equals(id)).forEach(all::add);
        all.add(one.as(Segment.Status.ACTIVE));
        return all;
    }

    private Timeline timeline(SubjectId subject) {
        return PastTriggers.record(store, subject).timeline();
    }

    private List<BehaviorEvent> visible(SubjectId subject, long now) {
        Timeline timeline = timeline(subject);
        List<BehaviorEvent> events = new ArrayList<>();
        for (int i = 0; i < timeline.size() && timeline.micros(i) <= now; i++) {
            if (settings.retention().expiresAt(timeline.view(i)) > now) {
                events.add(timeline.event(i));
            }
        }
        return events;
    }
}
