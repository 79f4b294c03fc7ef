package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.segment.MembershipChange;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How segments grew: their sizes at the end of every day, week, month, quarter or some years, whichever gives a readable table. One
 * odd date in a file may span centuries.
 */
final class SegmentGrowth {
    private static final int MOST_ROWS = 40;
    private static final int[] YEARS = {1, 2, 5, 10, 20, 50, 100, 200, 500};

    /** What a row stands for: so many of a unit. */
    private record Period(ChronoUnit unit, int amount) {
        String title() {
            return switch (unit) {
                case WEEKS -> "end of week";
                case MONTHS -> amount == 1 ? "end of month" : "end of quarter";
                case YEARS -> amount == 1 ? "end of year" : "end of " + amount + " years";
                default -> "end of day";
            };
        }

        /** The first day of the period that holds a date. */
        LocalDate firstDay(LocalDate date) {
            return switch (unit) {
                case WEEKS -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case MONTHS -> date.withDayOfMonth(1).minusMonths((date.getMonthValue() - 1) % amount);
                case YEARS -> date.withDayOfYear(1).minusYears(Math.floorMod(date.getYear(), amount));
                default -> date;
            };
        }
    }

    private final List<String> keys;
    private final ZoneId zone;

    SegmentGrowth(List<String> keys, ZoneId zone) {
        this.keys = List.copyOf(keys);
        this.zone = zone;
    }

    /**
     * Counts.
     *
     * @param changes the entries and exits of the segments
     * @param from where the first period begins
     * @param to the end; the last period ends there too
     */
    TextTable table(List<MembershipChange> changes, Instant from, Instant to) {
        List<MembershipChange> ordered = new ArrayList<>(changes);
        ordered.sort((a, b) -> a.effectiveAt().compareTo(b.effectiveAt()));
        Period each = period(ChronoUnit.DAYS.between(from, to));
        List<String> titles = new ArrayList<>(List.of(each.title()));
        keys.forEach(key -> titles.add(">" + key));
        TextTable table = new TextTable(titles);

        Map<String, Integer> sizes = new HashMap<>();
        LocalDate period = each.firstDay(from.atZone(zone).toLocalDate());
        int next = 0;
        Instant end = from;
        while (end.isBefore(to)) {
            LocalDate following = period.plus(each.amount(), each.unit());
            end = following.atStartOfDay(zone).toInstant();
            boolean last = !end.isBefore(to);
            while (next < ordered.size()
                    && (last || ordered.get(next).effectiveAt().isBefore(end))) {
                MembershipChange change = ordered.get(next++);
                sizes.merge(change.segmentKey(), change.entered() ? 1 : -1, Integer::sum);
            }
            List<Object> row = new ArrayList<>(List.of(last ? to.atZone(zone).toLocalDate() : following.minusDays(1)));
            keys.forEach(key -> row.add(sizes.getOrDefault(key, 0)));
            table.row(row);
            period = following;
        }
        return table;
    }

    private static Period period(long days) {
        if (days <= 21) {
            return new Period(ChronoUnit.DAYS, 1);
        }
        if (days <= 120) {
            return new Period(ChronoUnit.WEEKS, 1);
        }
        if (days <= MOST_ROWS * 30) {
            return new Period(ChronoUnit.MONTHS, 1);
        }
        if (days <= MOST_ROWS * 91) {
            return new Period(ChronoUnit.MONTHS, 3);
        }
        for (int years : YEARS) {
            if (days <= MOST_ROWS * 365L * years) {
                return new Period(ChronoUnit.YEARS, years);
            }
        }
        return new Period(ChronoUnit.YEARS, 1_000);
    }
}
