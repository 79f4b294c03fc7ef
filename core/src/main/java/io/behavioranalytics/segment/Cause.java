package io.behavioranalytics.segment;

import java.util.UUID;

/** Why a membership changed. */
public sealed interface Cause {
    /**
     * An event of the subject.
     *
     * @param eventId the event
     */
    record Event(UUID eventId) implements Cause {}

    /** The passing of time alone. */
    record Clock() implements Cause {}

    /**
     * A behavioral segment was calculated, by its schedule or because it was demanded.
     *
     * @param demanded whether the host asked for it
     */
    record Calculation(boolean demanded) implements Cause {}

    /**
     * A definition was created, changed or deleted.
     *
     * @param definitionsVersion the version of all definitions that brought it
     */
    record Definition(long definitionsVersion) implements Cause {}
}
