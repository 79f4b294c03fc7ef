package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A profile whose fields a test sets by hand; it notes what was asked of the future. */
final class TestProfile implements ProfileFacts {
    final Map<ProfileField, Double> numbers = new EnumMap<>(ProfileField.class);
    final Map<ProfileField, Long> instants = new EnumMap<>(ProfileField.class);
    final Set<String> segments = new TreeSet<>();
    final Set<String> tags = new TreeSet<>();
    final StringBuilder asked = new StringBuilder();

    @Nullable
    String pattern;

    long now;

    @Override
    public long now() {
        return now;
    }

    @Override
    public double number(ProfileField field) {
        return numbers.getOrDefault(field, Double.NaN);
    }

    @Override
    public long instant(ProfileField field) {
        Long instant = instants.get(field);
        return instant == null ? Micros.ALWAYS : instant;
    }

    @Override
    public @Nullable String text(ProfileField field) {
        return pattern;
    }

    @Override
    public Set<String> texts(ProfileField field) {
        return field == ProfileField.TAGS ? tags : segments;
    }

    /** The bound itself as an instant, so that a test sees which bounds were joined. */
    @Override
    public long nextChange(ProfileField field, double bound) {
        asked.append(field.json()).append('@').append(bound).append(' ');
        return (long) (1_000 + bound);
    }
}
