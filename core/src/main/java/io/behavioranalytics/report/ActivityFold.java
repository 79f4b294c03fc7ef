package io.behavioranalytics.report;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoringModel;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers an {@link Activity}: folds each subject's profile, and asks it at the end of each day on which the subject was active. */
final class ActivityFold implements TimelineFold<ActivityReport> {
    private final Activity question;
    private final ScoringModel scoring;
    private final IntervalRange days;
    private final SelectorMasks masks;
    private final long asOf;
    private final long from;
    private final long to;
    private final long[] active;
    private final long[] converted;
    private final BigDecimal[] engagement;
    private final Map<EventType, Long> types = new HashMap<>();
    private long events;
    private long subjects;
    private BigDecimal engagementNow = BigDecimal.ZERO;

    ActivityFold(Activity question, ReportTerms terms) {
        this.question = question;
        scoring = terms.scoring();
        ReportFilter filter = question.filter();
        days = IntervalRange.of(CalendarInterval.DAY, 1, filter, terms.asOf(), 0);
        masks = new SelectorMasks(List.of(question.conversions()));
        asOf = Micros.of(terms.asOf());
        from = Micros.of(Objects.requireNonNull(filter.from()));
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
        active = new long[days.size()];
        converted = new long[days.size()];
        engagement = new BigDecimal[days.size()];
        Arrays.fill(engagement, BigDecimal.ZERO);
    }

    @Override
    public void accumulate(SubjectHistory history) {
        ProfileFold profile = new ProfileFold(scoring);
        int day = -1;
        boolean converts = false;
        for (int i = 0; i < history.size(); i++) {
            long at = history.micros(i);
            if (at >= to) {
                break;
            }
            if (at >= from) {
                int today = days.of(at);
                if (today != day) {
                    close(profile, day, converts);
                    converts = false;
                    day = today;
                }
                converts |= masks.of(history, i) != 0;
                events++;
                types.merge(history.type(i), 1L, Long::sum);
            }
            profile.apply(history.view(i));
        }
        if (day >= 0) {
            close(profile, day, converts);
            subjects++;
            engagementNow = engagementNow.add(score(profile, Math.min(asOf, to - 1)));
        }
    }

    private void close(ProfileFold profile, int day, boolean converts) {
        if (day >= 0) {
            active[day]++;
            converted[day] += converts ? 1 : 0;
            engagement[day] = engagement[day].add(score(profile, Math.min(Math.min(asOf, to - 1), days.end(day) - 1)));
        }
    }

    /** Exactly, so that sums do not depend on the order of the subjects. */
    private static BigDecimal score(ProfileFold profile, long at) {
        return new BigDecimal(profile.score(Score.ENGAGEMENT, at));
    }

    @Override
    public void merge(TimelineFold<ActivityReport> other) {
        ActivityFold more = (ActivityFold) other;
        for (int day = 0; day < active.length; day++) {
            active[day] += more.active[day];
            converted[day] += more.converted[day];
            engagement[day] = engagement[day].add(more.engagement[day]);
        }
        more.types.forEach((type, count) -> types.merge(type, count, Long::sum));
        events += more.events;
        subjects += more.subjects;
        engagementNow = engagementNow.add(more.engagementNow);
    }

    @Override
    public ActivityReport result(ReportFrame frame) {
        List<ActivityReport.TypeCount> top = new ArrayList<>();
        types.entrySet().stream()
                .sorted(Map.Entry.<EventType, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(question.top())
                .forEach(entry -> top.add(new ActivityReport.TypeCount(
                        entry.getKey(), entry.getValue(), 100.0 * entry.getValue() / events)));
        List<ActivityReport.Day> lines = new ArrayList<>();
        for (int day = 0; day < active.length; day++) {
            lines.add(new ActivityReport.Day(
                    days.label(day), active[day], converted[day], mean(engagement[day], active[day])));
        }
        return new ActivityReport(frame, events, subjects, mean(engagementNow, subjects), top, lines);
    }

    private static @Nullable Double mean(BigDecimal sum, long count) {
        return count == 0
                ? null
                : (Double) sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128)
                        .doubleValue();
    }
}
