package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.GroupSequential;
import io.behavioranalytics.statistics.GroupSequential.Spending;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.TestResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Group-sequential bounds of Spotify's confidence, and the intervals of several arms at several looks. */
final class ConfidenceSequential implements Kind {
    @Override
    public String name() {
        return "confidence_sequential";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        double level = inputs.has("alpha") ? inputs.number("alpha") : 1 - inputs.number("interval", 0.95);
        GroupSequential design = new GroupSequential(
                spending(inputs.text("spending", "alpha*t^2")),
                level / inputs.number("bonferroni_m", 1),
                (int) inputs.whole("sides", 2),
                inputs.number("z_truncation", GroupSequential.TRUNCATION));
        return inputs.has("looks") ? arms(inputs, design) : looks(inputs, design);
    }

    /** {@code alpha*t^k}, by the exponent. */
    private static Spending spending(String text) {
        String power = "alpha*t^";
        if (text.startsWith(power)) {
            try {
                return new GroupSequential.PowerFamily(Double.parseDouble(text.substring(power.length())));
            } catch (NumberFormatException e) {
                throw new MissingMethodException("a spending function " + text);
            }
        }
        return switch (text) {
            case "alpha*t" -> new GroupSequential.PowerFamily(1);
            case "obrien-fleming" -> new GroupSequential.OBrienFleming();
            case "pocock" -> new GroupSequential.Pocock();
            default -> throw new MissingMethodException("a spending function " + text);
        };
    }

    private static Object looks(Fields inputs, GroupSequential design) {
        List<Double> fractions = inputs.has("information_fraction")
                ? inputs.numbers("information_fraction")
                : GroupSequential.fractions(together(inputs), inputs.number("planned_total"));
        List<Double> bounds = design.bounds(fractions);
        return Map.of(
                "z_bounds", bounds,
                "adjusted_alpha", bounds.stream().map(design::adjustedAlpha).toList(),
                "information_fraction", fractions);
    }

    private static List<Long> together(Fields inputs) {
        List<Long> first = inputs.wholes("count_1");
        List<Long> second = inputs.wholes("count_2");
        List<Long> both = new ArrayList<>();
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            both.add(first.get(i) + second.get(i));
        }
        return both;
    }

    /** Each arm against the control, all its looks, one arm after the other. */
    private static Object arms(Fields inputs, GroupSequential design) {
        Fields looks = inputs.object("looks");
        Map<Integer, List<Moments>> byLook = new TreeMap<>();
        looks.beginningWith("").keySet().forEach(look -> byLook.put(number(look), moments(looks, look)));
        List<List<Moments>> all = List.copyOf(byLook.values());
        int arms = all.stream().mapToInt(List::size).min().orElse(0);
        List<Double> lower = new ArrayList<>();
        List<Double> upper = new ArrayList<>();
        List<Double> zBounds = new ArrayList<>();
        for (int arm = 1; arm < arms; arm++) {
            List<Long> units = new ArrayList<>();
            for (List<Moments> look : all) {
                units.add(look.get(0).n() + look.get(arm).n());
            }
            List<Double> bounds = design.bounds(GroupSequential.fractions(units, inputs.number("planned_total")));
            zBounds.addAll(bounds);
            for (int look = 0; look < all.size(); look++) {
                Effect effect =
                        found(Effect.of(all.get(look).get(0), all.get(look).get(arm), EffectScale.ABSOLUTE));
                TestResult result = MeanTest.z(effect, Alternative.TWO_SIDED, twoSided(design, bounds.get(look)));
                lower.add(result.interval().lower().orElseThrow());
                upper.add(result.interval().upper().orElseThrow());
            }
        }
        return Map.of(
                "adjusted_lower", lower,
                "adjusted_upper", upper,
                "z_bounds", zBounds);
    }

    /** The level whose two-sided interval reaches as far as the bound. */
    private static double twoSided(GroupSequential design, double bound) {
        return design.sides() == 2 ? design.adjustedAlpha(bound) : 2 * design.adjustedAlpha(bound);
    }

    private static int number(String look) {
        try {
            return Integer.parseInt(look);
        } catch (NumberFormatException e) {
            throw new MalformedException("inputs.looks must be numbered: " + look);
        }
    }

    private static List<Moments> moments(Fields looks, String look) {
        List<Moments> moments = new ArrayList<>();
        for (Object arm : looks.list(look)) {
            List<Double> sums = Fields.numbers(arm, looks.path(look));
            if (sums.size() != 3) {
                throw new MalformedException(looks.path(look) + " must be sum, sum of squares and n");
            }
            moments.add(new Moments(sums.get(2).longValue(), sums.get(0), sums.get(1)));
        }
        return moments;
    }
}
