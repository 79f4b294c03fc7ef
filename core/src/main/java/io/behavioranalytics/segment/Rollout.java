package io.behavioranalytics.segment;

import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of segments answer while newer ones are calculated (S16). A segment that is not named here answers by its newest
 * version, and all that it brought is recorded. Immutable.
 *
 * <p>A change goes through three steps, each of which ends when every subject was decided on the definitions that began it:
 * calculating, where the outgoing version answers and the newest is evaluated beside it; recording, where the newest answers from
 * what was evaluated beside, while each subject's entry or exit is recorded; and then it is named here no more.
 *
 * <p>Segments that refer to one that changes follow it: they are evaluated anew beside, and turn with it in the same instant, see {@link
 * RolloutLayer}.
 *
 * @param changes by the segments' ids
 * @param layer the {@link RolloutLayer#number} of what turned last, as long as it is being recorded; else 0
 */
public record Rollout(Map<UUID, Change> changes, long layer) {
    /** Nothing is calculated, nothing is left to be recorded. */
    public static final Rollout NONE = new Rollout(Map.of(), 0);

    private static final JsonLimits LIMITS = new JsonLimits(100_000_000, 72, 10_000_000, 8_192, 128, 40);

    /**
     * How far a segment is. Both parts may be at work at once: a third version comes while the second is being recorded.
     *
     * @param calculating whether the newest version is being calculated
     * @param outgoing the version that answers meanwhile; null if none did before, or if the newest answers
     * @param answersSince the version of the definitions with which the version that answers began to; 0 if all that followed is
     *     recorded
     * @param answersFrom when that was
     */
    public record Change(boolean calculating, @Nullable Segment outgoing, long answersSince, Instant answersFrom) {
        /**
         * Whether entries and exits that the version that answers brought are still to be recorded.
         *
         * @return false if they are, or if it brought none
         */
        public boolean recording() {
            return answersSince > 0;
        }
    }

    /** Copies the changes. */
    public Rollout {
        changes = Collections.unmodifiableMap(new TreeMap<>(changes));
    }

    /**
     * The version of a segment that answers.
     *
     * @param newest the newest version
     * @return that or an older one; null if none does yet
     */
    public @Nullable Segment answering(Segment newest) {
        Change change = changes.get(newest.id());
        return change == null || !change.calculating() ? newest : change.outgoing();
    }

    /**
     * Whether a segment's newest version is being calculated.
     *
     * @param newest the newest version
     * @return false if it answers, or nothing of it has to be calculated
     */
    public boolean isCalculating(Segment newest) {
        Change change = changes.get(newest.id());
        if (change == null || !change.calculating()) {
            return false;
        }
        Segment outgoing = change.outgoing();
        return outgoing == null || outgoing.definedIn() != newest.definedIn();
    }

    /**
     * Whether what the answering version brought is still being recorded, so that its members are those kept apart.
     *
     * @param segmentId the segment
     * @return true between the instant from which it answers and the last record
     */
    public boolean isRecording(UUID segmentId) {
        Change change = changes.get(segmentId);
        return change != null && change.recording();
    }

    /**
     * Notes that a behavioral segment is to be calculated as of an instant, by the version that is going as well.
     *
     * @param segmentId the segment
     * @param at the instant
     * @param version the version of the definitions that this comes with
     * @return the same if no version of it is going, or if that is noted already
     */
    public Rollout calculating(UUID segmentId, Instant at, long version) {
        Change change = changes.get(segmentId);
        Segment outgoing = change == null ? null : change.outgoing();
        if (change == null
                || outgoing == null
                || !outgoing.isBehavioral()
                || outgoing.calculations().isDemanded(Micros.of(at))) {
            return this;
        }
        return with(
                segmentId,
                new Change(
                        change.calculating(),
                        outgoing.calculatedAt(outgoing.calculations().with(at, version)),
                        change.answersSince(),
                        change.answersFrom()));
    }

    /**
     * Begins to calculate a segment: what answers now goes on to.
     *
     * @param segmentId the segment
     * @param answering the version that answers, or null for a new segment
     * @return with that change; the same if the segment is being calculated already
     */
    public Rollout beginning(UUID segmentId, @Nullable Segment answering) {
        Change before = changes.get(segmentId);
        if (before != null && before.calculating()) {
            return this;
        }
        return with(
                segmentId,
                before == null
                        ? new Change(true, answering, 0, Instant.EPOCH)
                        : new Change(true, answering, before.answersSince(), before.answersFrom()));
    }

    private Rollout with(UUID segmentId, Change change) {
        Map<UUID, Change> next = new TreeMap<>(changes);
        next.put(segmentId, change);
        return new Rollout(next, layer);
    }

    /**
     * What follows once every subject was decided on some definitions: who is calculated through answers, all of them at once, and
     * what is recorded through is over. Segments that refer to each other wait until everybody was decided on the newest definitions, and
     * answer together.
     *
     * @param decidedSince the version of the definitions on which, or on newer ones, every subject was decided
     * @param newest the newest version of each segment that is not deleted
     * @param version the version of the definitions that this comes with
     * @param now the instant from which those answer that begin to
     * @return the next state; an equal one if nothing follows
     */
    public Rollout next(long decidedSince, Collection<Segment> newest, long version, Instant now) {
        RolloutLayer together = RolloutLayer.calculating(newest, this);
        boolean turn = together.isTied() && decidedSince >= version - 1;
        Map<UUID, Segment> byId = new HashMap<>();
        newest.forEach(segment -> byId.put(segment.id(), segment));
        Map<UUID, Change> next = new TreeMap<>();
        changes.forEach((id, change) -> {
            Segment segment = byId.get(id);
            if (segment == null) {
                return;
            }
            boolean recorded = change.answersSince() <= decidedSince;
            Change kept = recorded ? new Change(change.calculating(), change.outgoing(), 0, Instant.EPOCH) : change;
            if (!isCalculating(segment)) {
                kept = new Change(false, null, kept.answersSince(), kept.answersFrom());
            } else if (together.ties(segment) ? turn : isThrough(segment, decidedSince)) {
                kept = new Change(false, null, version, now);
            }
            if (kept.calculating() || kept.recording()) {
                next.put(id, kept);
            }
        });
        boolean records = next.values().stream().anyMatch(Change::recording);
        return new Rollout(next, turn ? together.number() : records ? layer : 0);
    }

    private static boolean isThrough(Segment segment, long decidedSince) {
        return segment.status() != Segment.Status.ACTIVE || segment.definedIn() <= decidedSince;
    }

    /**
     * Writes this down.
     *
     * @return JSON that {@link #read} reads as an equal rollout
     */
    public String toJson() {
        List<Object> list = new ArrayList<>();
        changes.forEach((id, change) -> {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("id", id.toString());
            object.put("calculating", change.calculating());
            if (change.outgoing() != null) {
                object.put("outgoing", SegmentJson.fields(change.outgoing()));
            }
            if (change.recording()) {
                object.put("answersSince", change.answersSince());
                object.put("answersFrom", change.answersFrom().toString());
            }
            list.add(object);
        });
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("changes", list);
        if (layer > 0) {
            document.put("layer", layer);
        }
        return Json.write(document);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param json the document
     * @return the rollout
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Rollout read(String json) {
        List<Violation> out = new ArrayList<>();
        Map<UUID, Change> changes = new TreeMap<>();
        long layer = 0;
        try {
            JsonObject document = JsonObject.of(Json.parseObject(json, LIMITS), "", out);
            layer = document.integer("layer", 0, Long.MAX_VALUE, 0);
            for (JsonObject object : document.objects("changes")) {
                UUID id = DefinitionJson.id(object);
                JsonObject outgoing = object.optionalObject("outgoing");
                Instant from = object.optionalInstant("answersFrom");
                changes.put(
                        id,
                        new Change(
                                object.bool("calculating", false),
                                outgoing == null ? null : SegmentJson.read(outgoing),
                                object.integer("answersSince", 0, Long.MAX_VALUE, 0),
                                from == null ? Instant.EPOCH : from));
            }
        } catch (JsonException notJson) {
            out.add(notJson.violation());
        }
        DefinitionJson.refuseIfAny(out);
        return new Rollout(changes, layer);
    }
}
