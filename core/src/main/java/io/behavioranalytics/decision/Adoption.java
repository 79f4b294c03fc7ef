package io.behavioranalytics.decision;

import io.behavioranalytics.event.SubjectId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Open actions of a session that from now on belong to the lead whose change carries this (S11).
 *
 * <p>An action goes where its cause goes, so where a session's events go to several leads, each of them adopts its own actions by
 * name, and one of them the rest: what is dead and may be requeued, though nothing can cancel it any more.
 *
 * @param source the session
 * @param actions the ids of those that are adopted, as far as they are open; null for all that no other adoption of the unit names
 */
public record Adoption(SubjectId source, @Nullable List<UUID> actions) {
    /** Copies the ids. */
    public Adoption {
        actions = actions == null ? null : List.copyOf(actions);
    }

    /**
     * An adoption of all open actions that no other adoption of the unit names.
     *
     * @param source the session
     * @return the adoption
     */
    public static Adoption ofTheRest(SubjectId source) {
        return new Adoption(source, null);
    }
}
