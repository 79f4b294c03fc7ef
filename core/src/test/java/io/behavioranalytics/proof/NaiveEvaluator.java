package io.behavioranalytics.proof;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.segment.AggregationFilter;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.TimeFilter;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Says who belongs, the long way: looks at every raw event for every filter at every question, and uses nothing of the
 * library but the records that define the question.
 */
final class NaiveEvaluator {
    private final List<BehaviorEvent> all;
    private final Function<BehaviorEvent, Instant> expiresAt;
    private final NaiveFacts facts;
    private final BiConsumer<String, Truth> seen;
    private final Map<String, Criteria> others = new HashMap<>();
    private final Map<String, UUID> ids = new HashMap<>();
    private final Map<String, UnaryOperator<Instant>> calculations = new HashMap<>();

    /**
     * An evaluator of one subject.
     *
     * @param events its events in any order, also those to come and those that are too old
     * @param expiresAt when an event's retention is over, or null for never
     * @param facts the subject's profile at any instant
     * @param seen is told of every answer of a filter or condition, under the name of what answered
     */
    NaiveEvaluator(
            Collection<BehaviorEvent> events,
            Function<BehaviorEvent, Instant> expiresAt,
            NaiveFacts facts,
            BiConsumer<String, Truth> seen) {
        this.all = new ArrayList<>(events);
        this.all.sort(NaiveIdentity.ORDER);
        this.expiresAt = expiresAt;
        this.facts = facts;
        this.seen = seen;
    }

    /** A subject's profile as the naive side knows it. */
    @FunctionalInterface
    interface NaiveFacts {
        /**
         * Reads a field.
         *
         * @param field its JSON name
         * @param now as of when
         * @return a Number, String or Instant, or null if missing
         */
        Object read(String field, Instant now);
    }

    /** The events that exist for a question at an instant: happened, not too old, not of the system. */
    List<BehaviorEvent> visible(Instant now) {
        List<BehaviorEvent> visible = new ArrayList<>();
        for (BehaviorEvent event : all) {
            if (exists(event, now) && event.category() != Category.SYSTEM) {
                visible.add(event);
            }
        }
        return visible;
    }

    /** Those, and what the host said. */
    List<BehaviorEvent> existing(Instant now) {
        return all.stream().filter(event -> exists(event, now)).toList();
    }

    /**
     * Answers a criteria.
     *
     * @param criteria the question
     * @param now the instant it is asked at
     * @return true, false or unknown
     */
    Truth test(Criteria criteria, Instant now) {
        List<Truth> answers = new ArrayList<>();
        criteria.eventFilters().forEach(filter -> answers.add(event(filter, now)));
        criteria.frequencyFilters().forEach(filter -> answers.add(frequency(filter, now)));
        criteria.timeFilters().forEach(filter -> answers.add(time(filter, now)));
        criteria.sequenceFilters().forEach(filter -> answers.add(sequence(filter, now)));
        criteria.aggregationFilters().forEach(filter -> answers.add(aggregation(filter, now)));
        criteria.segmentFilters().forEach(filter -> answers.add(segment(filter, now)));
        criteria.profileConditions().forEach(condition -> answers.add(profile(condition, now)));
        criteria.groups().forEach(group -> answers.add(note("group", test(group, now))));
        Truth joined = criteria.logicOperator() == Criteria.Logic.AND ? all(answers) : any(answers);
        return criteria.negate() ? not(joined) : joined;
    }

    /**
     * Tells whether the subject is a member: true, and not somebody of whom nothing is visible.
     *
     * @param criteria the segment's
     * @param now the instant of the question
     * @return true for a member
     */
    boolean member(Criteria criteria, Instant now) {
        boolean known = false;
        for (BehaviorEvent event : all) {
            known |= exists(event, now);
        }
        return known && test(criteria, now) == Truth.TRUE;
    }

    /**
     * Tells whether the subject is a member of a segment of which the host may have said who is.
     *
     * @param key one of {@link #among}
     * @param now the instant of the question
     * @return true for a member
     */
    boolean member(String key, Instant now) {
        Boolean said = said(key, now);
        if (said != null) {
            return said;
        }
        Instant asOf = calculations.getOrDefault(key, any -> any).apply(now);
        return asOf != null && member(others.get(key), asOf);
    }

    /**
     * Tells what the host said last of the subject and a segment.
     *
     * @param key one of {@link #among}
     * @param now the instant of the question
     * @return true for a member, false for none, null if nothing or that the criteria decide
     */
    Boolean said(String key, Instant now) {
        Boolean said = null;
        for (BehaviorEvent event : all) {
            boolean aboutIt = ids.containsKey(key)
                    && ids.get(key).toString().equals(event.properties().get("segment"));
            if (aboutIt && exists(event, now)) {
                said = event.type().equals(EventType.SEGMENT_RELEASED)
                        ? null
                        : (Boolean) event.type().equals(EventType.SEGMENT_JOINED);
            }
        }
        return said;
    }

    private boolean exists(BehaviorEvent event, Instant now) {
        Instant expires = expiresAt.apply(event);
        boolean happened = !event.timestamp().isAfter(now);
        boolean kept = expires == null || expires.isAfter(now);
        return happened && kept;
    }

    private Truth event(EventFilter filter, Instant now) {
        int certain = 0;
        int maybe = 0;
        for (BehaviorEvent event : visible(now)) {
            if (event.type().equals(filter.eventType()) && within(filter.timeRange(), event.timestamp(), now)) {
                List<Truth> answers = new ArrayList<>();
                for (Condition condition : filter.conditions()) {
                    Truth answer = NaiveConditions.ofEvent(condition, event);
                    seen.accept("event " + condition.operator().json(), answer);
                    answers.add(answer);
                }
                Truth meets = all(answers);
                certain += meets == Truth.TRUE ? 1 : 0;
                maybe += meets == Truth.UNKNOWN ? 1 : 0;
            }
        }
        boolean someCountIsRight = false;
        boolean someCountIsWrong = false;
        for (int count = certain; count <= certain + maybe; count++) {
            boolean right = inRange(count, filter.minFrequency(), filter.maxFrequency());
            someCountIsRight |= right;
            someCountIsWrong |= !right;
        }
        Truth answer = someCountIsRight && someCountIsWrong ? Truth.UNKNOWN : Truth.of(someCountIsRight);
        return note("eventFilter", filter.negate() ? not(answer) : answer);
    }

    private Truth frequency(FrequencyFilter filter, Instant now) {
        int count = 0;
        for (BehaviorEvent event : visible(now)) {
            for (EventType type : new HashSet<>(filter.eventTypes())) {
                if (event.type().equals(type) && within(filter.timeRange(), event.timestamp(), now)) {
                    count++;
                }
            }
        }
        boolean answer = inRange(count, filter.minCount(), filter.maxCount());
        return note("frequencyFilter", Truth.of(answer != filter.negate()));
    }

    private Truth time(TimeFilter filter, Instant now) {
        List<BehaviorEvent> visible = visible(now);
        boolean answer;
        String name;
        if (filter instanceof TimeFilter.FirstSeen first) {
            name = "first_seen";
            answer = !visible.isEmpty()
                    && within(first.timeRange(), visible.get(0).timestamp(), now);
        } else if (filter instanceof TimeFilter.LastSeen last) {
            name = "last_seen";
            answer = !visible.isEmpty()
                    && within(last.timeRange(), visible.get(visible.size() - 1).timestamp(), now);
        } else if (filter instanceof TimeFilter.ActiveDays active) {
            name = "active_days";
            Set<LocalDate> days = new HashSet<>();
            for (BehaviorEvent event : visible) {
                if (within(active.timeRange(), event.timestamp(), now)) {
                    days.add(event.timestamp().atZone(active.zone()).toLocalDate());
                }
            }
            answer = inRange(days.size(), active.minDays(), active.maxDays());
        } else if (filter instanceof TimeFilter.InactiveFor inactive) {
            name = "inactive_for";
            answer = true;
            for (BehaviorEvent event : visible) {
                if (event.timestamp().isAfter(now.minus(inactive.duration()))) {
                    answer = false;
                }
            }
        } else if (filter instanceof TimeFilter.LocalTime local) {
            name = "local_time";
            int count = 0;
            for (BehaviorEvent event : visible) {
                if (within(local.timeRange(), event.timestamp(), now) && atLocalTime(local, event.timestamp())) {
                    count++;
                }
            }
            answer = inRange(count, local.minCount(), local.maxCount());
        } else {
            throw new AssertionError("a time filter that this test does not know: " + filter);
        }
        return note(name, Truth.of(answer != filter.negate()));
    }

    private static boolean atLocalTime(TimeFilter.LocalTime filter, Instant instant) {
        ZonedDateTime local = instant.atZone(filter.zone());
        Set<Integer> hours = new HashSet<>();
        int hour = filter.fromHour();
        do {
            hours.add(hour % 24);
            hour++;
        } while (hour % 24 != filter.toHour() % 24);
        boolean day = filter.weekdays().isEmpty() || filter.weekdays().contains(local.getDayOfWeek());
        return day && hours.contains(local.getHour());
    }

    private Truth sequence(SequenceFilter filter, Instant now) {
        List<BehaviorEvent> visible = visible(now);
        Truth answer = Truth.FALSE;
        for (boolean certainly : new boolean[] {false, true}) {
            NaiveSequences sequences = new NaiveSequences(filter.pattern(), visible, certainly);
            boolean holds = sequences.exists(assigned ->
                    assigned.stream().allMatch(event -> within(filter.timeRange(), event.timestamp(), now))
                            && sequences.stayedAway(assigned.get(assigned.size() - 1), now));
            if (holds) {
                answer = certainly ? Truth.TRUE : Truth.UNKNOWN;
            }
        }
        return note("sequenceFilter", filter.negate() ? not(answer) : answer);
    }

    private Truth aggregation(AggregationFilter filter, Instant now) {
        NaiveAggregation aggregation = new NaiveAggregation(filter);
        for (BehaviorEvent event : visible(now)) {
            boolean type = filter.eventTypes().isEmpty() || filter.eventTypes().contains(event.type());
            if (type && within(filter.timeRange(), event.timestamp(), now)) {
                List<Truth> answers = new ArrayList<>();
                filter.conditions().forEach(condition -> answers.add(NaiveConditions.ofEvent(condition, event)));
                aggregation.add(event, answers.isEmpty() ? Truth.TRUE : all(answers));
            }
        }
        Truth answer = aggregation.answer();
        String operator = filter.operator().json();
        seen.accept(filter.aggregation().json() + " " + operator, answer);
        return note("aggregationFilter", filter.negate() ? not(answer) : answer);
    }

    private Truth segment(SegmentFilter filter, Instant now) {
        boolean member = filter.segment().equals("all-visitors")
                ? all.stream().anyMatch(event -> exists(event, now))
                : others.containsKey(filter.segment()) && member(filter.segment(), now);
        return note("segmentFilter", Truth.of((member == filter.in()) != filter.negate()));
    }

    /**
     * Tells what other segments there are, to which criteria may refer.
     *
     * @param criteria by key
     * @return this
     */
    NaiveEvaluator among(Map<String, Criteria> criteria) {
        others.putAll(criteria);
        return this;
    }

    /**
     * Tells which segments are right as of their last calculation only. The events are then to be those that are visible now, for what
     * is past its retention has no part in an earlier answer either.
     *
     * @param last by key, the last calculation at or before an instant, or null if there is none
     * @return this
     */
    NaiveEvaluator calculating(Map<String, UnaryOperator<Instant>> last) {
        calculations.putAll(last);
        return this;
    }

    /**
     * Tells which segments there are of which the host may say who is a member.
     *
     * @param segments their ids by key
     * @return this
     */
    NaiveEvaluator hearing(Map<String, UUID> segments) {
        ids.putAll(segments);
        return this;
    }

    private Truth profile(Condition condition, Instant now) {
        Object field = condition.field().equals("tags")
                ? NaiveProfile.tags(existing(now))
                : facts.read(condition.field(), now);
        Truth answer = NaiveConditions.ofProfile(condition, field, now);
        seen.accept("profile " + condition.operator().json(), answer);
        return note("profileCondition", answer);
    }

    /**
     * Tells whether an event that happened lies in a window: each kind of window as its definition reads.
     *
     * @param window the window
     * @param at when it happened, not after now
     * @param now the instant of the question
     * @return true if it does
     */
    static boolean within(TimeWindow window, Instant at, Instant now) {
        if (window instanceof TimeWindow.AllTime) {
            return true;
        }
        if (window instanceof TimeWindow.Absolute absolute) {
            return !at.isBefore(absolute.start()) && at.isBefore(absolute.end());
        }
        if (window instanceof TimeWindow.Rolling rolling) {
            return at.isAfter(now.minus(rolling.last())) && !at.isAfter(now);
        }
        TimeWindow.Calendar calendar = (TimeWindow.Calendar) window;
        LocalDate today = now.atZone(calendar.zone()).toLocalDate();
        LocalDate first = switch (calendar.unit()) {
            case DAYS -> today.minusDays(calendar.count() - 1L);
            case WEEKS ->
                today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).minusWeeks(calendar.count() - 1L);
            case MONTHS -> today.withDayOfMonth(1).minusMonths(calendar.count() - 1L);
        };
        LocalDate date = at.atZone(calendar.zone()).toLocalDate();
        return !date.isBefore(first) && !at.isAfter(now);
    }

    /**
     * Instants after now at which one of the criteria's windows, or the retention, may change what is counted.
     *
     * @param criteria the question
     * @param now the instant of the question
     * @param until no instant behind this one
     * @return the instants, each with the microsecond before it
     */
    List<Instant> candidates(Criteria criteria, Instant now, Instant until) {
        Set<Instant> marks = new TreeSet<>();
        List<TimeWindow> windows = new ArrayList<>();
        collect(criteria, windows, marks);
        for (BehaviorEvent event : all) {
            marks.add(event.timestamp());
            if (expiresAt.apply(event) != null) {
                marks.add(expiresAt.apply(event));
            }
            for (TimeWindow window : windows) {
                if (window instanceof TimeWindow.Rolling rolling) {
                    marks.add(event.timestamp().plus(rolling.last()));
                }
            }
        }
        if (reads(criteria, "conversionProbability")) {
            for (int hour = 1; hour <= 48; hour++) {
                marks.add(now.truncatedTo(ChronoUnit.HOURS).plus(hour, ChronoUnit.HOURS));
            }
        }
        for (TimeWindow window : windows) {
            if (window instanceof TimeWindow.Calendar calendar) {
                LocalDate day = now.atZone(calendar.zone()).toLocalDate();
                for (int i = 1; i <= 45; i++) {
                    marks.add(day.plusDays(i).atStartOfDay(calendar.zone()).toInstant());
                }
            }
        }
        Set<Instant> sorted = new TreeSet<>();
        for (Instant mark : marks) {
            sorted.add(mark.minus(1, ChronoUnit.MICROS));
            sorted.add(mark);
        }
        return sorted.stream()
                .filter(mark -> mark.isAfter(now) && !mark.isAfter(until))
                .toList();
    }

    private boolean reads(Criteria criteria, String field) {
        return criteria.profileConditions().stream()
                        .anyMatch(condition -> condition.field().equals(field))
                || criteria.groups().stream().anyMatch(group -> reads(group, field))
                || criteria.segmentFilters().stream()
                        .anyMatch(filter ->
                                others.containsKey(filter.segment()) && reads(others.get(filter.segment()), field));
    }

    private void collect(Criteria criteria, List<TimeWindow> windows, Set<Instant> marks) {
        criteria.eventFilters().forEach(filter -> windows.add(filter.timeRange()));
        criteria.frequencyFilters().forEach(filter -> windows.add(filter.timeRange()));
        for (TimeFilter filter : criteria.timeFilters()) {
            if (filter instanceof TimeFilter.FirstSeen first) {
                windows.add(first.timeRange());
            } else if (filter instanceof TimeFilter.LastSeen last) {
                windows.add(last.timeRange());
            } else if (filter instanceof TimeFilter.ActiveDays active) {
                windows.add(active.timeRange());
            } else if (filter instanceof TimeFilter.LocalTime local) {
                windows.add(local.timeRange());
            } else if (filter instanceof TimeFilter.InactiveFor inactive) {
                windows.add(new TimeWindow.Rolling(inactive.duration()));
            }
        }
        for (Condition condition : criteria.profileConditions()) {
            if (condition.field().equals("pattern")) {
                for (BehaviorEvent event : all) {
                    for (int days : new int[] {7, 14, 30}) {
                        marks.add(event.timestamp().plus(Duration.ofDays(days)));
                    }
                }
            }
            NaiveConditions.span(condition)
                    .ifPresent(span ->
                            all.forEach(event -> marks.add(event.timestamp().plus(span))));
        }
        for (SequenceFilter filter : criteria.sequenceFilters()) {
            windows.add(filter.timeRange());
            for (SequencePattern.Step step : filter.pattern().steps()) {
                if (step.within() != null) {
                    all.forEach(event -> marks.add(event.timestamp().plus(step.within())));
                }
            }
        }
        criteria.aggregationFilters().forEach(filter -> windows.add(filter.timeRange()));
        for (SegmentFilter filter : criteria.segmentFilters()) {
            if (others.containsKey(filter.segment())) {
                collect(others.get(filter.segment()), windows, marks);
            }
        }
        criteria.groups().forEach(group -> collect(group, windows, marks));
    }

    private Truth note(String what, Truth answer) {
        seen.accept(what, answer);
        return answer;
    }

    private static boolean inRange(int count, int least, Integer most) {
        return count >= least && (most == null || count <= most);
    }

    static Truth not(Truth answer) {
        return switch (answer) {
            case TRUE -> Truth.FALSE;
            case FALSE -> Truth.TRUE;
            case UNKNOWN -> Truth.UNKNOWN;
        };
    }

    static Truth all(List<Truth> answers) {
        return answers.contains(Truth.FALSE)
                ? Truth.FALSE
                : answers.contains(Truth.UNKNOWN) ? Truth.UNKNOWN : Truth.TRUE;
    }

    static Truth any(List<Truth> answers) {
        return answers.contains(Truth.TRUE)
                ? Truth.TRUE
                : answers.contains(Truth.UNKNOWN) ? Truth.UNKNOWN : Truth.FALSE;
    }
}
