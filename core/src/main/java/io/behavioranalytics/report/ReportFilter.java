package io.behavioranalytics.report;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventNormalizer;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose events a report sees, and which. Immutable.
 *
 * @param segment key or id of the segment whose members are asked for, or null for everybody
 * @param membership when they have to be members
 * @param where what each event must meet, all of them; events for which one is false or cannot be answered are not seen
 * @param from the first instant of the range, or null for the beginning; what is in it, each question says
 * @param to the first instant behind the range, or null for the instant of the report
 * @param zone whose calendar is used
 * @param asOf the instant of the report, or null for now
 * @param leadsOnly whether sessions without a lead are left out
 */
public record ReportFilter(
        @Nullable String segment,
        Membership membership,
        List<Condition> where,
        @Nullable Instant from,
        @Nullable Instant to,
        ZoneId zone,
        @Nullable Instant asOf,
        boolean leadsOnly) {
    /** When a subject has to be in the segment. */
    public enum Membership {
        /** Now: all events of those who are members when the report is made, and nothing of anybody else. */
        NOW,
        /**
         * At the event: the events at whose instant their subject was a member, by the entries and exits that are recorded (S17), at
         * the instants at which they came true.
         */
        AT_EVENT
    }

    /**
     * Copies the conditions.
     *
     * @throws IllegalArgumentException if the range ends before it begins or is empty, or an instant does not lie in the years 0001 to
     *     9999
     */
    public ReportFilter {
        Objects.requireNonNull(membership, "membership");
        Objects.requireNonNull(zone, "zone");
        where = List.copyOf(where);
        check("from", from);
        check("to", to);
        check("asOf", asOf);
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("the range must end behind its beginning: from " + from + ", to " + to);
        }
    }

    /** Events lie in these years; instants far outside of them could not be counted on from. */
    static boolean isInYears(Instant instant) {
        return !instant.isBefore(EventNormalizer.EARLIEST) && !instant.isAfter(EventNormalizer.LATEST);
    }

    static void check(String name, @Nullable Instant instant) {
        if (instant != null && !isInYears(instant)) {
            throw new IllegalArgumentException(name + " must lie in the years 0001 to 9999: " + instant);
        }
    }

    /**
     * Everybody's events, up to now, with the calendar of UTC.
     *
     * @return the filter
     */
    public static ReportFilter everything() {
        return new ReportFilter(null, Membership.NOW, List.of(), null, null, ZoneOffset.UTC, null, false);
    }

    /**
     * This filter with a range.
     *
     * @param first the first instant
     * @param end the first instant behind it
     * @return the filter
     * @throws IllegalArgumentException if the end is not behind the first instant, or one of them is not in the years 0001 to 9999
     */
    public ReportFilter between(Instant first, Instant end) {
        return new ReportFilter(segment, membership, where, first, end, zone, asOf, leadsOnly);
    }

    /**
     * This filter with another calendar.
     *
     * @param calendar whose
     * @return the filter
     */
    public ReportFilter in(ZoneId calendar) {
        return new ReportFilter(segment, membership, where, from, to, calendar, asOf, leadsOnly);
    }

    /**
     * This filter for the members of a segment.
     *
     * @param keyOrId the segment
     * @param when when they have to be members
     * @return the filter
     */
    public ReportFilter members(String keyOrId, Membership when) {
        return new ReportFilter(
                Objects.requireNonNull(keyOrId, "keyOrId"), when, where, from, to, zone, asOf, leadsOnly);
    }

    /**
     * This filter for events that meet one condition more.
     *
     * @param field a field of the event, such as {@code properties.plan}
     * @param operator how it is compared
     * @param value what it is compared with, see {@link Condition}
     * @return the filter
     * @throws IllegalArgumentException if a condition cannot hold the value
     */
    public ReportFilter where(String field, Operator operator, @Nullable Object value) {
        List<Condition> more = new ArrayList<>(where);
        more.add(Condition.of(field, operator, value));
        return new ReportFilter(segment, membership, more, from, to, zone, asOf, leadsOnly);
    }

    /**
     * This filter as of an instant: later events are not seen, and those that were past their retention then. Late events that came
     * since are seen, at their places.
     *
     * @param instant not after now
     * @return the filter
     * @throws IllegalArgumentException if it does not lie in the years 0001 to 9999
     */
    public ReportFilter asOf(Instant instant) {
        return new ReportFilter(segment, membership, where, from, to, zone, instant, leadsOnly);
    }

    /**
     * This filter without sessions that belong to no lead.
     *
     * @return the filter
     */
    public ReportFilter onlyLeads() {
        return new ReportFilter(segment, membership, where, from, to, zone, asOf, true);
    }
}
