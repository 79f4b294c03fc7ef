package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Prints what came of a replay, section by section. */
final class Report {
    private final Played played;
    private final ZoneId zone;
    private final PrintStream out;
    private final Population population;

    Report(Played played, ZoneId zone, PrintStream out) {
        this.played = played;
        this.zone = zone;
        this.out = out;
        population = Population.of(played.events().values());
    }

    void print() {
        List<Profile> profiles = profiles();
        TriggerReport triggers = new TriggerReport(played, zone, out);
        ProfileReport people = new ProfileReport(profiles, out);
        heading("Events");
        events();
        heading("Visits");
        people.visits();
        heading("Scores: how many have how much");
        people.scores();
        heading("Patterns");
        people.patterns();
        heading("Segments over time");
        segments();
        heading("Triggers");
        triggers.totals();
        heading("Executions");
        triggers.executions();
        people.pick(triggers.executionsBySubject()).ifPresent(one -> {
            heading("One of them explained: " + one.subject());
            new LedgerReport(played, zone, out).explain(one);
        });
        out.println();
        played.unreadable().print(out);
        heading("Speed");
        speed();
    }

    private void heading(String text) {
        out.println();
        out.println(text);
    }

    private List<Profile> profiles() {
        List<Profile> profiles = new ArrayList<>();
        for (List<SubjectId> subjects : List.of(population.leads(), population.anonymous())) {
            subjects.forEach(
                    subject -> played.analytics().profiles().get(subject).ifPresent(profiles::add));
        }
        return profiles;
    }

    private void events() {
        Map<EventType, Long> counts = new TreeMap<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (InputEvent event : played.events().values()) {
            counts.merge(event.type(), 1L, Long::sum);
            sum = event.value() == null ? sum : sum.add(BigDecimal.valueOf(event.value()));
        }
        int all = played.events().size();
        TextTable table = new TextTable("type", ">count", ">share");
        counts.entrySet().stream()
                .sorted(Map.Entry.<EventType, Long>comparingByValue().reversed())
                .forEach(
                        entry -> table.row(entry.getKey(), entry.getValue(), TextTable.percent(entry.getValue(), all)));
        table.row("all", all, TextTable.percent(all, all)).print(out);
        out.printf(
                Locale.ROOT,
                "  by %,d leads and %,d anonymous sessions, %s to %s; sum of values %,.2f%n",
                population.leads().size(),
                population.anonymous().size(),
                played.from(),
                played.last(),
                sum);
        if (played.duplicates() > 0) {
            out.printf(
                    Locale.ROOT,
                    "  %,d of them were stored before: duplicates, which change nothing; %,d are new%n",
                    played.duplicates(),
                    all - played.duplicates());
        }
    }

    private void segments() {
        List<MembershipChange> changes = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (Segment segment : played.analytics().segments().list()) {
            if (!segment.key().equals(Segment.ALL_VISITORS)) {
                keys.add(segment.key());
                changes.addAll(played.analytics().segments().history(segment.key(), null, Integer.MAX_VALUE));
            }
        }
        new SegmentGrowth(keys, zone).table(changes, played.from(), played.to()).print(out);
    }

    private void speed() {
        int all = played.events().size();
        out.printf(
                Locale.ROOT,
                "  %,d events in %.2f s, %,.0f a second; %.2f s of processor time, %,.0f events a CPU second%n",
                all,
                seconds(played.wall()),
                all / seconds(played.wall()),
                seconds(played.cpu()),
                all / seconds(played.cpu()));
    }

    private static double seconds(Duration duration) {
        return Math.max(1e-3, duration.toNanos() / 1e9);
    }
}
