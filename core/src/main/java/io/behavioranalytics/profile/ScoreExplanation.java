package io.behavioranalytics.profile;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a score stands where it does, and what brings it over a bound: the account of every event, the events that would be enough,
 * and the instant at which time alone takes it below.
 *
 * @param ledger what each event added, and what is left of it
 * @param bound the value that was asked for, 0 to 100
 * @param reached whether the score is the bound or above
 * @param enough where it is below: for each type of event that adds to it, how many of them now would do; the fewest first
 * @param fallsBelowAt where it is reached: the first microsecond at which it is below if no event comes; null if it is not reached
 */
public record ScoreExplanation(
        ScoreLedger ledger,
        double bound,
        boolean reached,
        List<Enough> enough,
        @Nullable Instant fallsBelowAt) {
    /** More events than these are no answer. */
    private static final int MOST = 1_000;

    /**
     * So many events of one type, all of them now and in the session of the last event, bring the score to the bound.
     *
     * @param type what would have to happen
     * @param events how often, 1 to 1,000
     */
    public record Enough(EventType type, int events) {}

    /** Copies the list. */
    public ScoreExplanation {
        enough = List.copyOf(enough);
    }

    /**
     * Explains a score.
     *
     * @param score which score
     * @param bound what it is held against, 0 to 100
     * @param events the events that are visible at the instant, in order
     * @param model the settings
     * @param catalog the types that may happen
     * @param nowMicros not before the last event
     * @return the explanation
     * @throws IllegalArgumentException if the bound is out of range, or the events are not in order or not before the instant
     */
    public static ScoreExplanation of(
            Score score,
            double bound,
            List<? extends EventView> events,
            ScoringModel model,
            EventCatalog catalog,
            long nowMicros) {
        if (!(bound >= 0 && bound <= 100)) {
            throw new IllegalArgumentException("the bound of a score must be 0 to 100: " + bound);
        }
        ScoreLedger ledger = ScoreLedger.of(score, events, model, nowMicros);
        ProfileFold fold = new ProfileFold(model);
        events.forEach(fold::apply);
        boolean reached = ledger.value() >= bound;
        List<Enough> enough = new ArrayList<>();
        if (!reached) {
            String session =
                    events.isEmpty() ? null : events.get(events.size() - 1).sessionId();
            catalog.definitions().stream()
                    .filter(definition -> model.points(score, definition.type()) > 0)
                    .forEach(definition -> {
                        BehaviorEvent event = new BehaviorEvent(
                                new UUID(0, 0),
                                session,
                                "explained",
                                null,
                                0,
                                definition.type(),
                                definition.category(),
                                Micros.toInstant(nowMicros),
                                "explained",
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                null,
                                Map.of(),
                                false);
                        int needed = needed(fold.copy(), event, score, bound, nowMicros);
                        if (needed <= MOST) {
                            enough.add(new Enough(definition.type(), needed));
                        }
                    });
            enough.sort((one, other) -> one.events() != other.events()
                    ? Integer.compare(one.events(), other.events())
                    : one.type().compareTo(other.type()));
        }
        return new ScoreExplanation(
                ledger, bound, reached, enough, reached ? below(fold, score, bound, nowMicros) : null);
    }

    private static int needed(ProfileFold fold, BehaviorEvent event, Score score, double bound, long now) {
        for (int count = 1; count <= MOST; count++) {
            fold.apply(event);
            if (fold.score(score, now) >= bound) {
                return count;
            }
        }
        return MOST + 1;
    }

    private static @Nullable Instant below(ProfileFold fold, Score score, double bound, long now) {
        long at = now;
        // A score above its bound first equals it, perhaps, and falls below at a later change.
        while (at != Micros.NEVER && fold.score(score, at) >= bound) {
            at = fold.nextChangeOfScore(score, at, bound);
        }
        return at == Micros.NEVER ? null : Micros.toInstant(at);
    }

    /**
     * The explanation for people: what added most of what is left comes first.
     *
     * @return several lines
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(ledger.score().json())
                .append(" score ")
                .append(ledger.value())
                .append(" at ")
                .append(ledger.asOf())
                .append(reached ? ", at or above " : ", below ")
                .append(bound)
                .append('\n');
        ledger.entries().stream()
                .sorted((one, other) -> Double.compare(other.remaining(), one.remaining()))
                .limit(10)
                .forEach(entry -> text.append("  ")
                        .append(entry.type())
                        .append(' ')
                        .append(entry.reason().json())
                        .append(": ")
                        .append(entry.points())
                        .append(" points at ")
                        .append(entry.timestamp())
                        .append(", ")
                        .append(entry.remaining())
                        .append(" left\n"));
        if (reached) {
            text.append("by time alone: below at ").append(fallsBelowAt).append('\n');
        } else if (enough.isEmpty()) {
            text.append("smallest change: none was found\n");
        } else {
            text.append("smallest change: ")
                    .append(enough.get(0).events())
                    .append(" more: ")
                    .append(enough.get(0).type())
                    .append('\n');
        }
        return text.toString();
    }

    /**
     * The explanation as compact JSON.
     *
     * @return one line of JSON
     */
    public String toJson() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("score", ledger.score().json());
        fields.put("asOf", ledger.asOf().toString());
        fields.put("value", ledger.value());
        fields.put("points", ledger.points());
        fields.put("bound", bound);
        fields.put("reached", reached);
        List<Map<String, Object>> entries = new ArrayList<>();
        for (ScoreLedger.Entry entry : ledger.entries()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("eventId", entry.eventId().toString());
            one.put("type", entry.type().name());
            one.put("timestamp", entry.timestamp().toString());
            one.put("reason", entry.reason().json());
            one.put("points", entry.points());
            one.put("remaining", entry.remaining());
            entries.add(one);
        }
        fields.put("entries", entries);
        List<Map<String, Object>> more = new ArrayList<>();
        for (Enough one : enough) {
            more.add(Map.of(one.type().name(), one.events()));
        }
        fields.put("enough", more);
        fields.put("fallsBelowAt", fallsBelowAt == null ? null : fallsBelowAt.toString());
        return Json.write(fields);
    }
}
