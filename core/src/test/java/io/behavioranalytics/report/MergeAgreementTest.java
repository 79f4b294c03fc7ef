package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What several folds took in merges to the bytes of one fold, in whatever order and tree they merge. */
class MergeAgreementTest {
    private static final Instant BEGIN = Instant.parse("2026-03-27T20:00:00Z");

    @Test
    void one_to_eight_parts_merged_in_any_order_and_tree_are_the_bytes_of_one_fold() {
        Map<String, Integer> told = new TreeMap<>();
        for (int seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 12, 10, BEGIN, Duration.ofHours(2), 40);
            for (int lead = 0; lead < 6; lead++) {
                // What scores tell of, so that sums of engagement are more than zeros.
                histories.add(
                        "lead-" + lead, BEGIN.plus(Duration.ofHours(9 + lead)).toString(), "form_submit");
            }
            ReportFilter filter = ReportFilter.everything()
                    .in(ZoneId.of("Europe/Berlin"))
                    .between(BEGIN.plus(Duration.ofHours(5)), BEGIN.plus(Duration.ofDays(3)));
            ReportTerms terms = ReportTerms.at(BEGIN.plus(Duration.ofHours(50 + random.nextInt(40))));
            for (Map.Entry<String, Function<ReportFilter, Question<?>>> kind :
                    ReportKinds.of(random).entrySet()) {
                Question<?> question = kind.getValue().apply(filter);
                String alone = written(histories.run(question, terms));
                assertThat(merged(question, histories, terms, random))
                        .as("seed %s, %s", seed, kind.getKey())
                        .isEqualTo(alone);
                told.merge(
                        kind.getKey(),
                        alone.equals(written(new Histories().run(question, terms))) ? 0 : 1,
                        Integer::sum);
            }
        }
        assertThat(told)
                .hasSize(17)
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isGreaterThan(150));
    }

    private static String written(Report report) {
        return report.toJson() + report.toText();
    }

    private static <R extends Report> String merged(
            Question<R> question, Histories histories, ReportTerms terms, Random random) {
        List<ReportRun<R>> parts = new ArrayList<>();
        ReportRun<R> first = new ReportRun<>(question, terms);
        parts.add(first);
        int count = 1 + random.nextInt(8);
        while (parts.size() < count) {
            parts.add(first.another());
        }
        List<SubjectId> subjects = new ArrayList<>(histories.events.keySet());
        Collections.shuffle(subjects, random);
        for (SubjectId subject : subjects) {
            parts.get(random.nextInt(count)).accumulate(subject, histories.timeline(subject), SegmentStays.ALWAYS);
        }
        while (parts.size() > 1) {
            ReportRun<R> into = parts.remove(random.nextInt(parts.size()));
            into.merge(parts.remove(random.nextInt(parts.size())));
            parts.add(into);
        }
        return written(parts.get(0).result(true));
    }

    @Test
    void what_is_too_much_for_one_fold_is_too_much_for_several() {
        Timeline one = Timeline.of(Objects.requireNonNull(
                new Histories().add("lead", BEGIN.toString(), "a").events.get(SubjectId.lead("lead"))));
        LifetimeValue question = new LifetimeValue(
                EventChoice.of(EventType.of("a")), CalendarInterval.DAY, 7, 1, 0, null, 0, ReportFilter.everything());
        ReportRun<LifetimeValueReport> left = new ReportRun<>(question, ReportTerms.at(BEGIN));
        ReportRun<LifetimeValueReport> right = left.another();
        for (int i = 0; i <= LifetimeValue.MOST_CUSTOMERS; i++) {
            (i % 2 == 0 ? left : right).accumulate(SubjectId.lead("l" + i), one, SegmentStays.ALWAYS);
        }
        assertThatThrownBy(() -> left.merge(right))
                .isInstanceOf(ReportLimitException.class)
                .hasMessage("lifetime value is of at most 1000000 customers");
    }
}
