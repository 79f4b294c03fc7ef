package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The account of a score: what each event added, and what is left of it.
 *
 * @param score which score
 * @param asOf the instant it is for
 * @param points the points at that instant; the entries' remaining points sum to it within 1e-9
 * @param value the score at that instant, 0 to 100
 * @param entries in the order of events; an event may have several
 */
public record ScoreLedger(Score score, Instant asOf, double points, double value, List<Entry> entries) {
    /** Why an event added points. */
    public enum Reason {
        /** The points of its type. */
        EVENT_TYPE,
        /** It viewed a high-value page. */
        HIGH_VALUE_PAGE,
        /** It began a visit that was not the subject's first. */
        RETURN_VISIT,
        /** It was the tenth event within an hour. */
        BURST,
        /** It was the first intent event, within 24 hours of the first event. */
        FAST_INTENT;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }
    }

    /**
     * One line of the account.
     *
     * @param eventId the event
     * @param type what happened
     * @param timestamp when
     * @param reason why it added points
     * @param points the points it added then, 1 or more
     * @param remaining what is left of them
     */
    public record Entry(UUID eventId, EventType type, Instant timestamp, Reason reason, int points, double remaining) {}

    /** Copies the entries. */
    public ScoreLedger {
        entries = List.copyOf(entries);
    }

    /**
     * Writes the account of a score.
     *
     * @param score which score
     * @param events the events that are visible at the instant, in order (S1); system events are ignored
     * @param model the settings
     * @param nowMicros not before the last event
     * @return the account
     * @throws IllegalArgumentException if the events are not in order or not before the instant
     */
    public static ScoreLedger of(
            Score score, Iterable<? extends EventView> events, ScoringModel model, long nowMicros) {
        ProfileFold fold = new ProfileFold(model);
        List<Entry> entries = new ArrayList<>();
        double halfLife = model.halfLifeMicros(score);
        ContributionListener collect = (event, to, reason, points) -> {
            if (to == score) {
                double remaining = Decay.decayed(points, event.micros(), nowMicros, halfLife);
                entries.add(new Entry(
                        event.id(), event.type(), Micros.toInstant(event.micros()), reason, points, remaining));
            }
        };
        for (EventView event : events) {
            fold.apply(event, collect);
        }
        fold.checkNow(nowMicros);
        return new ScoreLedger(
                score,
                Micros.toInstant(nowMicros),
                fold.points(score, nowMicros),
                fold.score(score, nowMicros),
                entries);
    }
}
