package io.behavioranalytics.condition;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a condition may read of a profile, as of one instant; reading allocates nothing.
 *
 * <p>Implementations answer for the instant that they were made for or moved to. A field that is missing (an instant of a
 * subject without events) is {@link Double#NaN}, {@link io.behavioranalytics.event.Micros#ALWAYS} or null.
 */
public interface ProfileFacts {
    /**
     * The instant that all answers are for.
     *
     * @return {@link io.behavioranalytics.event.Micros}
     */
    long now();

    /**
     * A field of kind NUMBER.
     *
     * @param field the field
     * @return its value, or NaN if missing
     */
    double number(ProfileField field);

    /**
     * A field of kind INSTANT.
     *
     * @param field the field
     * @return its value in micros, or {@link io.behavioranalytics.event.Micros#ALWAYS} if missing
     */
    long instant(ProfileField field);

    /**
     * A field of kind TEXT.
     *
     * @param field the field
     * @return its value, or null if missing
     */
    @Nullable
    String text(ProfileField field);

    /**
     * A field of kind TEXTS.
     *
     * @param field the field
     * @return the keys of the segments that the subject is in, or its tags
     */
    Set<String> texts(ProfileField field);

    /**
     * The first instant after {@link #now()} at which a comparison of this field with the bound could flip by time alone.
     *
     * <p>Exact for scores (the first microsecond at which {@code number(field) <op> bound} changes for either strict or
     * non-strict comparison); a lower bound for every other field.
     *
     * @param field a field of kind NUMBER, TEXT or TEXTS
     * @param bound the value compared with; ignored where the field is not a number
     * @return micros, or {@link io.behavioranalytics.event.Micros#NEVER}
     */
    long nextChange(ProfileField field, double bound);
}
