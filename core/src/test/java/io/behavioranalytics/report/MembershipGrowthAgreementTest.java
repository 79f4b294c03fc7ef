package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipGrowthAgreementTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** In Berlin the night of 2026-03-29 has 23 hours, so days of 24 hours would be off behind it. */
    private static final Instant BEGIN = Instant.parse("2026-03-27T23:00:00Z");

    private record Change(SubjectId subject, Instant at, boolean entered) {}

    @Test
    void members_entries_and_exits_are_those_of_a_plain_replay_at_the_borders_too() {
        int atBorders = 0;
        for (int seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            List<Change> changes = new ArrayList<>();
            Set<SubjectId> inside = new HashSet<>();
            for (int hour = 0; hour < 110; hour++) {
                SubjectId who = random.nextInt(4) == 0
                        ? SubjectId.session("s" + random.nextInt(2))
                        : SubjectId.lead("l" + random.nextInt(4));
                if (random.nextInt(3) == 0) {
                    boolean entered = inside.add(who) || !inside.remove(who);
                    changes.add(new Change(who, BEGIN.plus(Duration.ofHours(hour)), entered));
                }
            }
            Instant asOf = BEGIN.plus(Duration.ofHours(random.nextInt(120)));
            Instant from = BEGIN.plus(Duration.ofHours(random.nextInt(70)));
            boolean leads = random.nextBoolean();
            ReportFilter filter = ReportFilter.everything()
                    .between(from, from.plus(Duration.ofHours(50)))
                    .in(BERLIN);
            CalendarInterval interval = switch (random.nextInt(6)) {
                case 0 -> CalendarInterval.weekFrom(DayOfWeek.of(1 + random.nextInt(7)));
                case 1 -> CalendarInterval.MONTH;
                default -> CalendarInterval.DAY;
            };
            MembershipGrowth question = MembershipGrowth.of("s", interval, leads ? filter.onlyLeads() : filter);
            MembershipGrowthFold fold = new MembershipGrowthFold(question, asOf);
            MembershipGrowthFold other = new MembershipGrowthFold(question, asOf);
            for (Change change : changes) {
                (random.nextBoolean() ? fold : other)
                        .accumulate(change.subject(), Micros.of(change.at()), change.entered());
            }
            fold.merge(other);

            MembershipGrowthReport report = fold.result(true);

            List<Change> seen = changes.stream()
                    .filter(one ->
                            !one.at().isAfter(asOf) && (!leads || one.subject().isLead()))
                    .toList();
            assertThat(report.frame().coverage())
                    .isEqualTo(new Coverage(
                            seen.stream().map(Change::subject).distinct().count(),
                            seen.size(),
                            seen.isEmpty() ? null : seen.get(0).at(),
                            seen.isEmpty() ? null : seen.get(seen.size() - 1).at(),
                            true));
            long sessions = changes.stream()
                    .filter(one -> leads && !one.subject().isLead())
                    .count();
            assertThat(report.frame().excluded())
                    .isEqualTo(new Excluded(sessions, 0, 0, changes.size() - seen.size() - sessions, 0, 0, 0, 0));
            for (MembershipGrowthReport.Period period : report.periods()) {
                ZonedDateTime day = LocalDate.parse(period.date()).atStartOfDay(BERLIN);
                Instant start = day.toInstant();
                Instant end = switch (interval.unit()) {
                    case WEEK -> day.plusWeeks(1).toInstant();
                    case MONTH -> day.plusMonths(1).toInstant();
                    default -> day.plusDays(1).toInstant();
                };
                boolean begins = switch (interval.unit()) {
                    case WEEK -> day.getDayOfWeek() == interval.weekStart();
                    case MONTH -> day.getDayOfMonth() == 1;
                    default -> true;
                };
                assertThat(begins).as("seed %s, %s", seed, period).isTrue();
                long entered = 0;
                long exited = 0;
                Set<SubjectId> before = new HashSet<>();
                Set<SubjectId> after = new HashSet<>();
                for (Change change : seen) {
                    atBorders += change.at().equals(start) ? 1 : 0;
                    if (change.at().isBefore(start)) {
                        boolean done =
                                change.entered() ? before.add(change.subject()) : before.remove(change.subject());
                        assertThat(done).isTrue();
                    } else if (change.at().isBefore(end)) {
                        entered += change.entered() ? 1 : 0;
                        exited += change.entered() ? 0 : 1;
                    }
                    if (change.at().isBefore(end)) {
                        boolean done = change.entered() ? after.add(change.subject()) : after.remove(change.subject());
                        assertThat(done).isTrue();
                    }
                }
                assertThat(List.of(period.atStart(), period.entered(), period.exited(), period.atEnd()))
                        .as("seed %s, %s", seed, period)
                        .containsExactly((long) before.size(), entered, exited, (long) after.size());
                assertThat(period.net()).isEqualTo(period.atEnd() - period.atStart());
                assertThat(period.complete()).isEqualTo(!end.isAfter(asOf));
            }
        }
        assertThat(atBorders).isGreaterThan(500);
    }

    @Test
    void conditions_and_another_segment_are_refused() {
        assertThatThrownBy(() -> MembershipGrowth.of(
                        "s",
                        CalendarInterval.DAY,
                        ReportFilter.everything().members("other", ReportFilter.Membership.NOW)))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations().stream().map(one -> one.path()))
                                .containsExactly("filter.from", "filter.segment"));
    }
}
