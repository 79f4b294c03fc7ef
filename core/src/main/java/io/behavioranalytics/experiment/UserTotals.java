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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one user comes to by each metric, in one pass over the events: what those after the exposure add up to, and what those before it did.
 * One object goes from user to user. Not thread-safe.
 *
 * <p>Half-open where time is counted back and closed where it is counted on: a conversion window is a distance (S4), the lookback ends
 * before the exposure.
 */
final class UserTotals {
    private static final int SLOTS = 64;

    /** One selector of a metric, made ready. */
    private static final class Selected {
        private final int metric;
        private final int place;
        private final List<CompiledCondition> conditions;
        private final @Nullable EventValue field;

        Selected(int metric, int place, List<CompiledCondition> conditions, @Nullable EventValue field) {
            this.metric = metric;
            this.place = place;
            this.conditions = conditions;
            this.field = field;
        }

        /** What an event of its type adds: its field's number, 1 where events are counted; NaN if it is not meant or has no number. */
        double amount(Timeline timeline, int i) {
            if (conditions.isEmpty() && field == null) {
                return 1;
            }
            EventView event = timeline.view(i);
            for (CompiledCondition condition : conditions) {
                if (condition.test(event, null) != Truth.TRUE) {
                    return Double.NaN;
                }
            }
            if (field == null) {
                return 1;
            }
            Object value = field.of(event);
            return value instanceof Number number ? number.doubleValue() : Double.NaN;
        }
    }

    private final List<Metric> metrics;
    private final Metric.Kind[] kinds;
    private final long[] delay;
    private final long[] within;
    private final long[] lookback;

    /** By type, whom its events concern. */
    private final Map<EventType, Selected[]> byType = new HashMap<>();

    private final Selected[] nobody = {};

    // The types that were asked for last, by their hash.
    private final @Nullable EventType[] asked = new @Nullable EventType[SLOTS];
    private final Selected[][] found = new Selected[SLOTS][];

    // Of the user whose turn it is, by metric.
    private final long[] from;
    private final long[] last;
    private final double[] value;
    private final double[] second;
    private final double[] before;
    private final double[] secondBefore;
    private long exposed;
    private long asOf;

    UserTotals(List<Metric> metrics) {
        this.metrics = List.copyOf(metrics);
        int size = metrics.size();
        kinds = new Metric.Kind[size];
        delay = new long[size];
        within = new long[size];
        lookback = new long[size];
        from = new long[size];
        last = new long[size];
        value = new double[size];
        second = new double[size];
        before = new double[size];
        secondBefore = new double[size];
        Map<EventType, List<Selected>> selected = new HashMap<>();
        for (int m = 0; m < size; m++) {
            Metric metric = metrics.get(m);
            kinds[m] = metric.kind();
            delay[m] = Micros.of(metric.delay());
            within[m] = metric.within() == null ? Micros.NEVER : Micros.of(metric.within());
            lookback[m] = metric.lookback() == null ? 0 : Micros.of(metric.lookback());
            // The last step first, so that no event is two steps of a funnel.
            for (int place = metric.events().size() - 1; place >= 0; place--) {
                Selected ready = ready(m, place, metric);
                metric.events().get(place).eventTypes().stream()
                        .distinct()
                        .forEach(type -> selected.computeIfAbsent(type, same -> new ArrayList<>())
                                .add(ready));
            }
        }
        selected.forEach((type, concerned) -> byType.put(type, concerned.toArray(nobody)));
    }

    private static Selected ready(int m, int place, Metric metric) {
        List<CompiledCondition> conditions = new ArrayList<>();
        metric.events()
                .get(place)
                .conditions()
                .forEach(condition ->
                        conditions.add(CompiledCondition.compile(condition, Scope.EVENT, "", new ArrayList<>())));
        String field = metric.fields().get(place);
        return new Selected(
                m,
                place,
                List.copyOf(conditions),
                field.isEmpty() ? null : EventValue.compile(field, "", new ArrayList<>()));
    }

    List<Metric> metrics() {
        return metrics;
    }

    /**
     * Takes in a user.
     *
     * @param timeline the user's events
     * @param exposedAt the first exposure, in micros
     * @param until no event behind it counts, and the exposure is not behind it
     */
    void take(Timeline timeline, long exposedAt, long until) {
        exposed = exposedAt;
        asOf = until;
        for (int m = 0; m < kinds.length; m++) {
            from[m] = Micros.plus(exposed, delay[m]);
            last[m] = within[m] == Micros.NEVER ? Micros.NEVER : Micros.plus(from[m], within[m]);
        }
        Arrays.fill(value, 0);
        Arrays.fill(second, 0);
        Arrays.fill(before, 0);
        Arrays.fill(secondBefore, 0);
        int size = timeline.size();
        for (int i = 0; i < size; i++) {
            Selected[] concerned = concerned(timeline.type(i));
            if (concerned.length > 0) {
                long micros = timeline.micros(i);
                if (micros > asOf) {
                    break;
                }
                for (Selected selected : concerned) {
                    count(selected, timeline, i, micros);
                }
            }
        }
        for (int m = 0; m < kinds.length; m++) {
            if (kinds[m] == Metric.Kind.FUNNEL) {
                value[m] = value[m] == metrics.get(m).events().size() ? 1 : 0;
            }
        }
    }

    private Selected[] concerned(EventType type) {
        int slot = type.hashCode() & SLOTS - 1;
        if (!type.equals(asked[slot])) {
            found[slot] = byType.getOrDefault(type, nobody);
            asked[slot] = type;
        }
        return found[slot];
    }

    private void count(Selected selected, Timeline timeline, int i, long micros) {
        int m = selected.metric;
        boolean after = micros >= from[m] && micros <= last[m];
        if (!after && (micros >= exposed || micros < exposed - lookback[m])) {
            return;
        }
        boolean binary = kinds[m] == Metric.Kind.PROPORTION || kinds[m] == Metric.Kind.RETENTION;
        double[] totals = after ? value : before;
        if (binary ? totals[m] == 1 : kinds[m] == Metric.Kind.FUNNEL && totals[m] != selected.place) {
            return;
        }
        double amount = selected.amount(timeline, i);
        if (Double.isNaN(amount)) {
            return;
        }
        if (binary || kinds[m] == Metric.Kind.FUNNEL) {
            totals[m]++;
        } else if (selected.place == 0) {
            totals[m] += amount;
        }
        double[] seconds = after ? second : secondBefore;
        if (kinds[m] == Metric.Kind.MEAN) {
            seconds[m]++;
        } else if (kinds[m] == Metric.Kind.RATIO && selected.place == 1) {
            seconds[m] += amount;
        }
    }

    // ---- of the user that was taken in last

    /** The total, 0 or 1 for a binary metric, the numerator of a ratio. */
    double value(int metric) {
        return value[metric];
    }

    /** The denominator of a ratio, else 0. */
    double second(int metric) {
        return second[metric];
    }

    /** The same as {@link #value} before the exposure, 0 without a lookback. */
    double before(int metric) {
        return before[metric];
    }

    /** The same as {@link #second} before the exposure. */
    double secondBefore(int metric) {
        return secondBefore[metric];
    }

    /** Whether the window is over. */
    boolean isMature(int metric) {
        return last[metric] <= asOf;
    }
}
