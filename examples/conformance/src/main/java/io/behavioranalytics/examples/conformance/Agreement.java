package io.behavioranalytics.examples.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares an answer with what a case expects, and collects where they differ. */
final class Agreement {
    private final Fields inputs;
    private final List<String> differences = new ArrayList<>();

    private Agreement(Fields inputs) {
        this.inputs = inputs;
    }

    /**
     * Compares.
     *
     * @param inputs the case, for its tolerance
     * @param expected what it expects
     * @param actual the answer
     * @return where they differ, "expected … got …"; empty if they agree
     */
    static List<String> differences(Fields inputs, @Nullable Object expected, @Nullable Object actual) {
        Agreement agreement = new Agreement(inputs);
        agreement.compare("", null, expected, actual);
        return List.copyOf(agreement.differences);
    }

    private void compare(String place, @Nullable String name, @Nullable Object expected, @Nullable Object actual) {
        if (expected instanceof Map<?, ?> map) {
            if (actual instanceof Map<?, ?> answers) {
                map.forEach((key, value) -> {
                    String inner = String.valueOf(key);
                    String path = place.isEmpty() ? inner : place + "." + inner;
                    if (answers.containsKey(inner)) {
                        compare(path, inner, value, answers.get(inner));
                    } else {
                        differences.add(path + ": no method answers it");
                    }
                });
                return;
            }
        } else if (expected instanceof List<?> list) {
            if (actual instanceof List<?> answers && answers.size() == list.size()) {
                for (int i = 0; i < list.size(); i++) {
                    compare(place + "[" + i + "]", name, list.get(i), answers.get(i));
                }
                return;
            }
        } else if (expected instanceof Number number) {
            if (actual instanceof Number answer
                    && Tolerance.of(inputs, name).allows(number.doubleValue(), answer.doubleValue())) {
                return;
            }
        } else if (expected instanceof String text && (text.equals("-inf") || text.equals("inf"))) {
            if (actual == null) {
                return;
            }
        } else if (expected == null ? actual == null : expected.equals(actual)) {
            return;
        }
        differences.add((place.isEmpty() ? "" : place + ": ") + "expected " + Fields.text(expected) + " got "
                + Fields.text(actual));
    }
}
