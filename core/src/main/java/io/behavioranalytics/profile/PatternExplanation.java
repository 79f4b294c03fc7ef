package io.behavioranalytics.profile;

import io.behavioranalytics.condition.Change;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a subject shows its pattern: the rules in their order, of which the first that holds decides.
 *
 * @param asOf the instant of the question
 * @param pattern the pattern; exploring for a subject without events, of which no rule is asked
 * @param rules all rules in their order; empty for a subject without events
 * @param changesAt the first instant at which it is another if no event comes, or null if it stays
 * @param becomes what it is then, or null if it stays
 */
public record PatternExplanation(
        Instant asOf,
        BehaviorPattern pattern,
        List<Rule> rules,
        @Nullable Instant changesAt,
        @Nullable BehaviorPattern becomes) {
    /**
     * One rule.
     *
     * @param pattern whose
     * @param why whether it holds, the rules before it left aside, and what it saw
     */
    public record Rule(BehaviorPattern pattern, Explanation why) {}

    /** Copies the rules. */
    public PatternExplanation {
        rules = List.copyOf(rules);
    }

    /**
     * Explains a pattern.
     *
     * @param fold the events that are visible at the instant, and no others
     * @param nowMicros not before the last event
     * @return the explanation
     */
    public static PatternExplanation of(ProfileFold fold, long nowMicros) {
        List<Rule> rules = new ArrayList<>();
        if (fold.totalEvents() > 0) {
            for (BehaviorPattern pattern : BehaviorPattern.values()) {
                rules.add(new Rule(pattern, fold.explain(pattern, nowMicros)));
            }
        }
        long next = fold.nextChangeOfPattern(nowMicros);
        boolean stays = next == Micros.NEVER;
        return new PatternExplanation(
                Micros.toInstant(nowMicros),
                fold.pattern(nowMicros),
                rules,
                stays ? null : Micros.toInstant(next),
                stays ? null : fold.pattern(next));
    }

    /**
     * The smallest change that would bring a pattern: its rule has to hold, and no rule before it.
     *
     * @param wanted another pattern than this
     * @return the change; empty for this pattern, and where nothing is known of the subject
     */
    public Optional<Change> smallestChangeTo(BehaviorPattern wanted) {
        if (rules.isEmpty() || wanted == pattern) {
            return Optional.empty();
        }
        List<Explanation> parts = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.pattern() == wanted) {
                parts.add(rule.why());
                break;
            }
            parts.add(Explanation.negated(rule.why()));
        }
        return Explanation.joined(true, Verdict.constant(Truth.FALSE), parts).smallestChange();
    }

    /**
     * The explanation for people.
     *
     * @return several lines
     */
    public String text() {
        StringBuilder text = new StringBuilder("pattern ")
                .append(pattern.json())
                .append(" at ")
                .append(asOf)
                .append('\n');
        for (Rule rule : rules) {
            text.append(rule.pattern().json()).append('\n');
            rule.why()
                    .text()
                    .lines()
                    .forEach(line -> text.append("  ").append(line).append('\n'));
        }
        for (BehaviorPattern other : BehaviorPattern.values()) {
            smallestChangeTo(other)
                    .ifPresent(change -> text.append("smallest change to ")
                            .append(other.json())
                            .append(": ")
                            .append(change.words())
                            .append('\n'));
        }
        text.append("by time alone: ");
        return text.append(becomes == null ? "never" : becomes.json() + " at " + changesAt)
                .append('\n')
                .toString();
    }

    /**
     * The explanation as compact JSON.
     *
     * @return one line of JSON
     */
    public String toJson() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("asOf", asOf.toString());
        fields.put("pattern", pattern.json());
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (Rule rule : rules) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("pattern", rule.pattern().json());
            one.put("why", rule.why().fields());
            one.put(
                    "smallestChange",
                    smallestChangeTo(rule.pattern()).map(Change::fields).orElse(null));
            list.add(one);
        }
        fields.put("rules", list);
        fields.put("changesAt", changesAt == null ? null : changesAt.toString());
        fields.put("becomes", becomes == null ? null : becomes.json());
        return Json.write(fields);
    }
}
