package io.behavioranalytics.examples.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs the cases of files by the kinds it knows. */
final class Conformance {
    private final Map<String, Kind> kinds;

    Conformance(List<Kind> kinds) {
        this.kinds = kinds.stream().collect(Collectors.toUnmodifiableMap(Kind::name, Function.identity()));
    }

    FileReport run(VectorFile file) {
        Kind kind = kinds.get(file.kind());
        if (kind == null) {
            return FileReport.notApplicable(file.name(), file.cases().size(), Kinds.reasonAgainst(file.kind()));
        }
        List<String> failures = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        int recomputed = 0;
        for (int i = 0; i < file.cases().size(); i++) {
            String id = "cases[" + i + "]";
            try {
                Fields inputs = Fields.of(file.cases().get(i), id);
                id = inputs.text("id", id);
                Expectation expectation = Expectation.of(kind, inputs);
                List<String> differences =
                        Agreement.differences(inputs, expectation.value(), kind.answer(inputs, file));
                if (!differences.isEmpty()) {
                    failures.add(id + ": " + String.join("; ", differences));
                } else if (expectation.recomputed()) {
                    recomputed++;
                }
            } catch (NotApplicableException e) {
                leftOut.add(id + ": " + e.getMessage());
            } catch (MalformedException e) {
                failures.add(id + ": malformed: " + e.getMessage());
            } catch (MissingMethodException e) {
                failures.add(id + ": no method: " + e.getMessage());
            } catch (IllegalArgumentException e) {
                failures.add(id + ": refused: " + e.getMessage());
            } catch (RuntimeException e) {
                // A case must not end the run, whatever it does to a method.
                failures.add(id + ": failed: " + e);
            }
        }
        int cases = file.cases().size();
        int passed = cases - failures.size() - leftOut.size();
        return new FileReport(file.name(), cases, passed, recomputed, failures, leftOut, "");
    }

    /** What a case is held against. */
    private record Expectation(@Nullable Object value, boolean recomputed) {
        /**
         * The figure of the source, or, where a second computation found that to be wrong, that of the second computation for the same
         * names.
         */
        static Expectation of(Kind kind, Fields inputs) {
            Object published = kind.expectation(inputs);
            if (!Boolean.FALSE.equals(inputs.value("recomputed_agrees")) || !inputs.has("recomputed")) {
                return new Expectation(published, false);
            }
            Object second = inputs.value("recomputed");
            if (published instanceof Map<?, ?> names && second instanceof Map<?, ?> figures) {
                Map<Object, Object> same = new LinkedHashMap<>();
                figures.forEach((name, value) -> {
                    if (names.containsKey(name)) {
                        same.put(name, value);
                    }
                });
                return same.isEmpty() ? new Expectation(published, false) : new Expectation(same, true);
            }
            return new Expectation(second, true);
        }
    }
}
