package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds filters that look further back than events are kept: what they ask for is forgotten before they are through. */
final class RetentionCheck {
    private final SegmentContext context;
    private final List<Violation> out;

    RetentionCheck(SegmentContext context, List<Violation> out) {
        this.context = context;
        this.out = out;
    }

    void check(Criteria criteria, String path) {
        for (int i = 0; i < criteria.eventFilters().size(); i++) {
            EventFilter filter = criteria.eventFilters().get(i);
            window(filter.timeRange(), List.of(filter.eventType()), at(path, "eventFilters", i));
        }
        for (int i = 0; i < criteria.frequencyFilters().size(); i++) {
            FrequencyFilter filter = criteria.frequencyFilters().get(i);
            window(filter.timeRange(), filter.eventTypes(), at(path, "frequencyFilters", i));
        }
        for (int i = 0; i < criteria.timeFilters().size(); i++) {
            time(criteria.timeFilters().get(i), at(path, "timeFilters", i));
        }
        for (int i = 0; i < criteria.sequenceFilters().size(); i++) {
            sequence(criteria.sequenceFilters().get(i), at(path, "sequenceFilters", i));
        }
        for (int i = 0; i < criteria.aggregationFilters().size(); i++) {
            AggregationFilter filter = criteria.aggregationFilters().get(i);
            window(filter.timeRange(), filter.eventTypes(), at(path, "aggregationFilters", i));
        }
        for (int i = 0; i < criteria.profileConditions().size(); i++) {
            Condition condition = criteria.profileConditions().get(i);
            if (condition.operator() == Operator.WITHIN_LAST && condition.value() instanceof String text) {
                span(IsoTime.duration(text), List.of(), JsonPath.child(at(path, "profileConditions", i), "value"));
            }
        }
        for (int i = 0; i < criteria.groups().size(); i++) {
            check(criteria.groups().get(i), at(path, "groups", i));
        }
    }

    static String at(String path, String name, int index) {
        return JsonPath.element(JsonPath.child(path, name), index);
    }

    private void time(TimeFilter filter, String path) {
        if (filter instanceof TimeFilter.InactiveFor inactive) {
            span(inactive.duration(), List.of(), JsonPath.child(path, "duration"));
        } else if (filter instanceof TimeFilter.FirstSeen seen) {
            window(seen.timeRange(), List.of(), path);
        } else if (filter instanceof TimeFilter.LastSeen seen) {
            window(seen.timeRange(), List.of(), path);
        } else if (filter instanceof TimeFilter.ActiveDays days) {
            window(days.timeRange(), List.of(), path);
        } else if (filter instanceof TimeFilter.LocalTime local) {
            window(local.timeRange(), List.of(), path);
        }
    }

    private void sequence(SequenceFilter filter, String path) {
        List<EventType> types = new ArrayList<>();
        for (SequencePattern.Step step : filter.pattern().steps()) {
            if (step.eventType() != null && !step.negate()) {
                types.add(step.eventType());
            }
        }
        window(filter.timeRange(), types, path);
        span(filter.pattern().within(), types, JsonPath.child(path, "within"));
        Duration behind = filter.pattern()
                .steps()
                .get(filter.pattern().steps().size() - 1)
                .within();
        span(
                behind,
                types,
                JsonPath.element(
                        JsonPath.child(path, "steps"), filter.pattern().steps().size() - 1));
    }

    private void window(TimeWindow window, List<EventType> types, String path) {
        String at = JsonPath.child(path, "timeRange");
        if (window instanceof TimeWindow.Rolling rolling) {
            span(rolling.last(), types, at);
        } else if (window instanceof TimeWindow.Calendar calendar) {
            int days = switch (calendar.unit()) {
                case DAYS -> 1;
                case WEEKS -> 7;
                case MONTHS -> 31;
            };
            span(Duration.ofDays((long) days * calendar.count()), types, at);
        } else if (window instanceof TimeWindow.Absolute absolute) {
            Duration kept = context.kept(types);
            if (kept != null && !absolute.end().isAfter(context.now().minus(kept))) {
                out.add(new Violation(
                        at,
                        "RETENTION",
                        "lies wholly in a past of which nothing is kept: the retention is " + IsoTime.text(kept)));
            }
        }
    }

    private void span(@Nullable Duration span, List<EventType> types, String path) {
        Duration kept = context.kept(types);
        if (span != null && kept != null && span.compareTo(kept) > 0) {
            out.add(new Violation(
                    path,
                    "RETENTION",
                    "reaches back " + IsoTime.text(span) + ", further than the retention of " + IsoTime.text(kept)));
        }
    }
}
