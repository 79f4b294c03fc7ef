package io.behavioranalytics.condition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of what was read that turns an answer round. Small is first the change of few values, then of few steps: a count takes
 * a step for each event or day that has to come or go, any other value one.
 *
 * @param edits what has to be otherwise, all of it; at least one
 * @param smallest whether it is known to be the smallest; false where a text may have more values than were tried, or the criteria
 *     allow too many combinations to try all
 */
public record Change(List<Edit> edits, boolean smallest) {
    /**
     * One value that has to be another.
     *
     * @param input the name of the value
     * @param seen the value seen, or null if it is missing
     * @param needed the nearest value that will do, or null if it has to be missing
     * @param steps how far away it is
     * @param words the same for people
     */
    public record Edit(
            String input, @Nullable Object seen, @Nullable Object needed, long steps, String words) {}

    /** Copies the edits. */
    public Change {
        edits = List.copyOf(edits);
    }

    /**
     * The number of steps.
     *
     * @return the sum over the edits, 1 or more
     */
    public long steps() {
        return edits.stream().mapToLong(Edit::steps).sum();
    }

    /**
     * The change for people.
     *
     * @return one line
     */
    public String words() {
        List<String> words = new ArrayList<>();
        edits.forEach(edit -> words.add(edit.words()));
        return String.join("; ", words);
    }

    /**
     * The change as JSON may hold it.
     *
     * @return maps, lists, texts, numbers and booleans
     */
    public Map<String, @Nullable Object> fields() {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (Edit edit : edits) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("input", edit.input());
            fields.put("seen", Explanation.json(edit.seen()));
            fields.put("needed", Explanation.json(edit.needed()));
            fields.put("steps", edit.steps());
            fields.put("words", edit.words());
            list.add(fields);
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("edits", list);
        fields.put("smallest", smallest);
        return fields;
    }
}
