package io.behavioranalytics.report;

/**
 * What a report has left out, and why. Each subject and each event is counted once, for the first reason that holds.
 *
 * @param sessions subjects that are sessions without a lead, if only leads are asked for
 * @param subjectsOutsideSegment subjects that are not in the segment now, if that is asked
 * @param systemEvents events of the host's own, which no report sees (S10)
 * @param futureEvents events behind the instant of the report
 * @param expiredEvents events that are past their retention (S7)
 * @param eventsOutsideSegment events at whose instant their subject was not in the segment, if that is asked
 * @param otherEvents events for which a condition of the filter is false
 * @param unclearEvents events for which no condition is false and one cannot be answered
 */
public record Excluded(
        long sessions,
        long subjectsOutsideSegment,
        long systemEvents,
        long futureEvents,
        long expiredEvents,
        long eventsOutsideSegment,
        long otherEvents,
        long unclearEvents) {}
