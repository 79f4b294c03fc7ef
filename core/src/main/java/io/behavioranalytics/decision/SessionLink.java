package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From which event on a session belongs to a lead (S11): the first event of a run of identified events that name one lead.
 *
 * <p>A session's links are sorted and neighbours name different leads. An anonymous event belongs to the lead of the last
 * link at or before it, else of the first link. An unlink stands among them: once it has taken effect, what stands before it counts
 * no more.
 *
 * @param from the run's first event, or the unlink
 * @param leadId the lead; empty for an unlink
 */
public record SessionLink(EventKey from, String leadId) {
    /**
     * An unlink (S11).
     *
     * @param at the system event that unlinks the session
     * @return an entry that names nobody
     */
    public static SessionLink unlink(EventKey at) {
        return new SessionLink(at, "");
    }

    /**
     * As whom a session counts at an instant: the lead of the newest link that is in effect.
     *
     * @param links a session's links
     * @param micros the instant, see {@link io.behavioranalytics.event.Micros}
     * @return the lead's id, or null if the session was never linked or was unlinked since
     */
    public static @Nullable String newest(List<SessionLink> links, long micros) {
        for (int i = links.size() - 1; i >= 0; i--) {
            if (links.get(i).from.micros() <= micros) {
                return links.get(i).isUnlink() ? null : links.get(i).leadId;
            }
        }
        return null;
    }

    /**
     * Whether this ends what links before it said.
     *
     * @return true if it names no lead
     */
    public boolean isUnlink() {
        return leadId.isEmpty();
    }
}
