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

/** How segments grew: their sizes at the end of every day, week or month, whichever gives a readable table. */
final class SegmentGrowth {
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
        ChronoUnit unit = unit(ChronoUnit.DAYS.between(from, to));
        List<String> titles = new ArrayList<>(List.of(titleOf(unit)));
        keys.forEach(key -> titles.add(">" + key));
        TextTable table = new TextTable(titles);

        Map<String, Integer> sizes = new HashMap<>();
        LocalDate period = periodOf(from.atZone(zone).toLocalDate(), unit);
        int next = 0;
        Instant end = from;
        while (end.isBefore(to)) {
            LocalDate following = period.plus(1, unit);
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

    private static ChronoUnit unit(long days) {
        if (days <= 21) {
            return ChronoUnit.DAYS;
        }
        return days <= 120 ? ChronoUnit.WEEKS : ChronoUnit.MONTHS;
    }

    private static String titleOf(ChronoUnit unit) {
        return switch (unit) {
            case WEEKS -> "end of week";
            case MONTHS -> "end of month";
            default -> "end of day";
        };
    }

    private static LocalDate periodOf(LocalDate date, ChronoUnit unit) {
        return switch (unit) {
            case WEEKS -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTHS -> date.withDayOfMonth(1);
            default -> date;
        };
    }
}
