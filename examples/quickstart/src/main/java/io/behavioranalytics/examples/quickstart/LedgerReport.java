package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoreLedger;
import io.behavioranalytics.profile.ScoreLedger.Entry;
import java.io.PrintStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Explains one subject: its profile, and event by event where its intent, or else its engagement, comes from. */
final class LedgerReport {
    private static final int SHOWN = 20;

    private final Played played;
    private final PrintStream out;
    private final DateTimeFormatter time;

    LedgerReport(Played played, ZoneId zone, PrintStream out) {
        this.played = played;
        this.out = out;
        time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    void explain(Profile profile) {
        out.printf(
                Locale.ROOT,
                "  %,d events of %d types in %,d visits, %,d s in all; engagement %.2f, interest %.2f, intent %.2f,"
                        + " conversion %.2f%n",
                profile.totalEvents(),
                profile.uniqueEventTypes(),
                profile.visits(),
                profile.totalTimeSpent(),
                profile.engagementScore(),
                profile.interestScore(),
                profile.intentScore(),
                profile.conversionProbability());
        out.println("  pattern " + profile.behaviorPattern().json() + ", segments "
                + (profile.segments().isEmpty() ? "none" : String.join(", ", profile.segments())));
        ScoreLedger ledger = played.analytics().profiles().ledger(profile.subject(), Score.INTENT);
        if (ledger.entries().isEmpty()) {
            ledger = played.analytics().profiles().ledger(profile.subject(), Score.ENGAGEMENT);
        }
        print(ledger);
    }

    private void print(ScoreLedger ledger) {
        TextTable table = new TextTable("time", "event", ">line", "why", ">points", ">left");
        List<Entry> entries = ledger.entries();
        for (Entry entry : entries.subList(Math.max(0, entries.size() - SHOWN), entries.size())) {
            InputEvent event = played.events().get(entry.eventId());
            table.row(
                    time.format(entry.timestamp()),
                    entry.type(),
                    event == null ? "" : event.line(),
                    entry.reason().json(),
                    entry.points(),
                    TextTable.decimal(entry.remaining()));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                "  %s%,.2f points are left of %,d entries: %s %.2f%n",
                entries.size() > SHOWN ? "the last " + SHOWN + " are shown; " : "",
                ledger.points(),
                entries.size(),
                ledger.score().json(),
                ledger.value());
    }
}
