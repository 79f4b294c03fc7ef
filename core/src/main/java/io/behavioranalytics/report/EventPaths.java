package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks which way subjects go from an event, or to one. Each visit is one path at most: it leads from the first event that is asked for, or to
 * the last one, and ends with the visit or after so many steps. Immutable.
 *
 * @param anchor which event paths lead from or to, or null for the first or last of each visit
 * @param direction whether paths lead from it or to it
 * @param steps the most places of a path, the anchor's among them, 2 to 20
 * @param field whose values are the places, such as {@code eventType} or {@code page.url}; an event without a value is passed over
 * @param merged whether neighbors of the same value are one place
 * @param order by which number the links are told
 * @param top the most links that are told, 1 to 10,000
 * @param filter whose events are seen; the anchor has to lie in its range
 */
public record EventPaths(
        @Nullable EventChoice anchor,
        Direction direction,
        int steps,
        String field,
        boolean merged,
        Order order,
        int top,
        ReportFilter filter)
        implements Question<PathsReport> {
    private static final int MOST_LINKS = 10_000;

    /** Where paths lead. */
    public enum Direction {
        /** From the anchor on. */
        FROM,
        /** To the anchor. */
        TO
    }

    /** By which number links are told, the greatest first. */
    public enum Order {
        /** How often they were gone. */
        TRANSITIONS,
        /** By how many subjects. */
        SUBJECTS
    }

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public EventPaths {
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(order, "order");
        List<Violation> faults = new ArrayList<>();
        if (anchor != null) {
            EventMatcher.of(anchor, "anchor", faults);
        }
        EventProperty.of(field, "field", faults);
        if (steps < 2 || steps > Funnel.MOST_STEPS) {
            faults.add(new Violation("steps", "RANGE", "must be 2 to " + Funnel.MOST_STEPS + ": " + steps));
        }
        if (top < 1 || top > MOST_LINKS) {
            faults.add(new Violation("top", "RANGE", "must be 1 to " + MOST_LINKS + ": " + top));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Types of events, repetitions merged, the 50 links that were gone most often.
     *
     * @param anchor which event paths lead from
     * @param steps the most places of a path
     * @param filter whose events are seen
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static EventPaths from(EventChoice anchor, int steps, ReportFilter filter) {
        return new EventPaths(anchor, Direction.FROM, steps, "eventType", true, Order.TRANSITIONS, 50, filter);
    }

    /**
     * Types of events, repetitions merged, the 50 links that were gone most often.
     *
     * @param anchor which event paths lead to
     * @param steps the most places of a path
     * @param filter whose events are seen
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static EventPaths to(EventChoice anchor, int steps, ReportFilter filter) {
        return new EventPaths(anchor, Direction.TO, steps, "eventType", true, Order.TRANSITIONS, 50, filter);
    }

    @Override
    public TimelineFold<PathsReport> fold(ReportTerms terms) {
        return new PathsFold(this, terms);
    }
}
