package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.Profile;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Prints what the profiles of all leads and anonymous sessions say. */
final class ProfileReport {
    private static final int BANDS = 10;

    private final List<Profile> profiles;
    private final PrintStream out;

    ProfileReport(List<Profile> profiles, PrintStream out) {
        this.profiles = List.copyOf(profiles);
        this.out = out;
    }

    void visits() {
        long visits = profiles.stream().mapToLong(Profile::visits).sum();
        long seconds = profiles.stream().mapToLong(Profile::totalTimeSpent).sum();
        long returned =
                profiles.stream().filter(profile -> profile.visits() > 1).count();
        out.printf(
                Locale.ROOT,
                "  %,d visits of %d s on average; %,d of %,d came back (%s)%n",
                visits,
                visits == 0 ? 0 : Math.round((double) seconds / visits),
                returned,
                profiles.size(),
                TextTable.percent(returned, profiles.size()));
    }

    void scores() {
        Map<String, ToDoubleFunction<Profile>> scores = new LinkedHashMap<>();
        scores.put(">engagement", Profile::engagementScore);
        scores.put(">interest", Profile::interestScore);
        scores.put(">intent", Profile::intentScore);
        scores.put(">conversion", Profile::conversionProbability);
        List<String> titles = new ArrayList<>(List.of("from"));
        titles.addAll(scores.keySet());
        TextTable table = new TextTable(titles);
        for (int band = 0; band < BANDS; band++) {
            List<Object> row = new ArrayList<>(List.of(String.format(Locale.ROOT, "%2d", band * 100 / BANDS)));
            for (ToDoubleFunction<Profile> score : scores.values()) {
                int wanted = band;
                row.add(profiles.stream()
                        .filter(profile -> band(score.applyAsDouble(profile)) == wanted)
                        .count());
            }
            table.row(row);
        }
        List<Object> means = new ArrayList<>(List.of("mean"));
        scores.values()
                .forEach(score -> means.add(TextTable.decimal(
                        profiles.stream().mapToDouble(score).average().orElse(0))));
        table.row(means).print(out);
    }

    private static int band(double score) {
        return Math.min(BANDS - 1, (int) (score * BANDS / 100));
    }

    void patterns() {
        TextTable table = new TextTable("pattern", ">count", ">share");
        for (BehaviorPattern pattern : BehaviorPattern.values()) {
            long count = profiles.stream()
                    .filter(profile -> profile.behaviorPattern() == pattern)
                    .count();
            table.row(pattern.json(), count, TextTable.percent(count, profiles.size()));
        }
        table.print(out);
    }

    /** The one with the most executions; of several the one with the highest intent. */
    Optional<Profile> pick(Map<SubjectId, Long> executions) {
        return profiles.stream()
                .max(Comparator.<Profile>comparingLong(profile -> executions.getOrDefault(profile.subject(), 0L))
                        .thenComparingDouble(Profile::intentScore)
                        .thenComparing(Profile::subject));
    }
}
