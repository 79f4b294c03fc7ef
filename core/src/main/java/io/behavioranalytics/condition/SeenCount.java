package io.behavioranalytics.condition;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A number of events or days as an explanation shows it.
 *
 * @param certain how many count for certain
 * @param possible how many may count, those that count for certain included; more of them where conditions are unknown
 */
public record SeenCount(long certain, long possible) {
    /**
     * A number of which nothing is unknown.
     *
     * @param number how many
     * @return the count
     */
    public static SeenCount of(long number) {
        return new SeenCount(number, number);
    }

    /**
     * Takes what a reading of counts hands on.
     *
     * @param value a count; never null, since a reading of counts has no other values
     * @return the same count
     */
    public static SeenCount from(@Nullable Object value) {
        return (SeenCount) Objects.requireNonNull(value, "value");
    }

    /**
     * How many have to come and to go until exactly so many count, and nothing is unknown.
     *
     * @param number how many are wanted
     * @return 0 or more
     */
    public long stepsTo(SeenCount number) {
        long added = Math.max(0, number.certain - certain);
        return added + Math.max(0, possible + added - number.certain);
    }

    @Nullable
    Object json() {
        if (certain == possible) {
            return certain;
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("certain", certain);
        fields.put("possible", possible);
        return fields;
    }

    @Override
    public String toString() {
        return certain == possible ? Long.toString(certain) : certain + " to " + possible;
    }
}
