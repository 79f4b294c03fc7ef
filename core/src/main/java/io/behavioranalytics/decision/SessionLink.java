package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;

/**
 * From which event on a session belongs to a lead (S11): the first event of a run of identified events that name one lead.
 *
 * <p>A session's links are sorted and neighbours name different leads. An anonymous event belongs to the lead of the last
 * link at or before it, else of the first link.
 *
 * @param from the run's first event
 * @param leadId the lead
 */
public record SessionLink(EventKey from, String leadId) {}
