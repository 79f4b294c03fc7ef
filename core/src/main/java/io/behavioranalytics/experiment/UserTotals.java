package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.EventValue;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one user: what the events after the exposure come to, and what those before it came to. Pure; immutable and thread-safe.
 *
 * <p>Half-open where time is counted back and closed where it is counted on: a conversion window is a distance (S4), the lookback ends
 * before the exposure.
 */
final class UserTotals {
    /**
     * What a user comes to.
     *
     * @param value the total, 0 or 1 for a binary metric, the numerator of a ratio
     * @param second the denominator of a ratio, else 0
     * @param before the same as {@code value} before the exposure, 0 without a lookback
     * @param mature whether the window is over
     */
    record Totals(double value, double second, double before, boolean mature) {}

    /** A selection of events, made ready. */
    private record Ready(
            Set<EventType> types,
            List<CompiledCondition> conditions,
            @Nullable EventValue field) {
        boolean takes(Timeline timeline, int i) {
            if (!types.contains(timeline.type(i))) {
                return false;
            }
            if (conditions.isEmpty()) {
                return true;
            }
            EventView event = timeline.view(i);
            return conditions.stream().allMatch(condition -> condition.test(event, null) == Truth.TRUE);
        }

        /** What an event adds: its field's number, nothing if it has none, 1 where events are counted. */
        double amount(Timeline timeline, int i) {
            if (field == null) {
                return 1;
            }
            Object value = field.of(timeline.view(i));
            return value instanceof Number number ? number.doubleValue() : 0;
        }

        /** Whether an event has the number that is averaged. */
        boolean hasAmount(Timeline timeline, int i) {
            return field == null || field.of(timeline.view(i)) instanceof Number;
        }
    }

    private final Metric metric;
    private final List<Ready> events;
    private final long delay;
    private final long within;
    private final long lookback;

    UserTotals(Metric metric) {
        this.metric = metric;
        List<Ready> ready = new ArrayList<>();
        for (int i = 0; i < metric.events().size(); i++) {
            EventSelector selector = metric.events().get(i);
            List<CompiledCondition> conditions = new ArrayList<>();
            selector.conditions()
                    .forEach(condition ->
                            conditions.add(CompiledCondition.compile(condition, Scope.EVENT, "", new ArrayList<>())));
            String field = metric.fields().get(i);
            ready.add(new Ready(
                    Set.copyOf(selector.eventTypes()),
                    List.copyOf(conditions),
                    field.isEmpty() ? null : EventValue.compile(field, "", new ArrayList<>())));
        }
        events = List.copyOf(ready);
        delay = Micros.of(metric.delay());
        within = metric.within() == null ? Micros.NEVER : Micros.of(metric.within());
        lookback = metric.lookback() == null ? 0 : Micros.of(metric.lookback());
    }

    Metric metric() {
        return metric;
    }

    /**
     * What a user comes to.
     *
     * @param timeline the user's events
     * @param exposed the first exposure, in micros
     * @param asOf no event behind it counts
     */
    Totals of(Timeline timeline, long exposed, long asOf) {
        long from = Micros.plus(exposed, delay);
        long last = within == Micros.NEVER ? Micros.NEVER : Micros.plus(from, within);
        boolean mature = last <= asOf;
        long until = Math.min(last, asOf);
        int start = firstFrom(timeline, from);
        double before = lookback == 0 ? 0 : before(timeline, exposed, Math.min(exposed - 1, asOf));
        return switch (metric.kind()) {
            case PROPORTION, RETENTION -> new Totals(any(timeline, start, until) ? 1 : 0, 0, before, mature);
            case COUNT, SUM -> new Totals(sum(events.get(0), timeline, start, until), 0, before, mature);
            case MEAN ->
                new Totals(
                        sum(events.get(0), timeline, start, until),
                        having(events.get(0), timeline, start, until),
                        0,
                        mature);
            case RATIO ->
                new Totals(
                        sum(events.get(0), timeline, start, until),
                        sum(events.get(1), timeline, start, until),
                        0,
                        mature);
            case FUNNEL -> new Totals(wholeFunnel(timeline, start, until) ? 1 : 0, 0, 0, mature);
        };
    }

    /** The place of the first event that is not before an instant. */
    private static int firstFrom(Timeline timeline, long micros) {
        int low = 0;
        int high = timeline.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timeline.micros(middle) < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private double before(Timeline timeline, long exposed, long until) {
        int start = firstFrom(timeline, exposed - lookback);
        return metric.kind() == Metric.Kind.PROPORTION
                ? any(timeline, start, until) ? 1 : 0
                : sum(events.get(0), timeline, start, until);
    }

    private boolean any(Timeline timeline, int start, long until) {
        for (int i = start; i < timeline.size() && timeline.micros(i) <= until; i++) {
            if (events.get(0).takes(timeline, i)) {
                return true;
            }
        }
        return false;
    }

    private static double sum(Ready selected, Timeline timeline, int start, long until) {
        double sum = 0;
        for (int i = start; i < timeline.size() && timeline.micros(i) <= until; i++) {
            if (selected.takes(timeline, i)) {
                sum += selected.amount(timeline, i);
            }
        }
        return sum;
    }

    private static double having(Ready selected, Timeline timeline, int start, long until) {
        double count = 0;
        for (int i = start; i < timeline.size() && timeline.micros(i) <= until; i++) {
            if (selected.takes(timeline, i) && selected.hasAmount(timeline, i)) {
                count++;
            }
        }
        return count;
    }

    /** All steps in the order of events; the earliest event for each step leaves the most room for the next. */
    private boolean wholeFunnel(Timeline timeline, int start, long until) {
        int step = 0;
        for (int i = start; i < timeline.size() && timeline.micros(i) <= until; i++) {
            if (events.get(step).takes(timeline, i)) {
                step++;
                if (step == events.size()) {
                    return true;
                }
            }
        }
        return false;
    }
}
