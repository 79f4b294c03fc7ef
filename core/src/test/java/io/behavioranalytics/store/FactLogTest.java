package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Skip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A log of facts against a list that is searched from end to end. */
class FactLogTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final int LOGS = 1_000;

    private static Skip skip(Random random, int number) {
        return new Skip(
                new UUID(0, random.nextInt(3)),
                "trigger",
                number,
                SubjectId.lead("lead-" + random.nextInt(3)),
                NOW,
                NOW,
                Skip.Reason.COOLDOWN);
    }

    @Test
    void what_a_log_tells_after_facts_came_and_went_is_what_searching_a_list_finds() {
        for (int seed = 0; seed < LOGS; seed++) {
            Random random = new Random(seed);
            int capacity = 1 + random.nextInt(20);
            FactLog<Skip> log = new FactLog<>(Skip::triggerId, Skip::subject, capacity);
            List<Skip> list = new ArrayList<>();
            for (int step = 0; step < 40; step++) {
                if (random.nextInt(8) == 0) {
                    int most = random.nextInt(10);
                    int limit = random.nextInt(4);
                    int over = Math.min(limit, Math.max(0, list.size() - most));
                    assertThat(log.trim(most, limit)).isEqualTo(over);
                    list.subList(0, over).clear();
                } else {
                    Skip skip = skip(random, step);
                    log.add(skip);
                    list.add(skip);
                    list.subList(0, Math.max(0, list.size() - capacity)).clear();
                }
                assertAgrees(log, list, random, "log " + seed + ", step " + step);
            }
        }
    }

    private static void assertAgrees(FactLog<Skip> log, List<Skip> list, Random random, String which) {
        UUID trigger = new UUID(0, random.nextInt(3));
        SubjectId subject = SubjectId.lead("lead-" + random.nextInt(3));
        List<Skip> ofTrigger =
                list.stream().filter(skip -> skip.triggerId().equals(trigger)).toList();
        List<Skip> ofSubject =
                list.stream().filter(skip -> skip.subject().equals(subject)).toList();
        int limit = random.nextInt(6);
        assertThat(log.all()).as(which).isEqualTo(list);
        assertThat(log.isEmpty()).as(which).isEqualTo(list.isEmpty());
        assertThat(log.count(trigger)).as(which).isEqualTo(ofTrigger.size());
        assertThat(log.newest(trigger, null, limit)).as(which).isEqualTo(newest(ofTrigger, limit));
        assertThat(log.newest(null, subject, limit)).as(which).isEqualTo(newest(ofSubject, limit));
        List<Skip> paged = new ArrayList<>();
        long end = log.end(trigger);
        for (long next = 0; next < end; ) {
            FactLog.Page<Skip> page = log.page(trigger, next, end, 1 + limit);
            assertThat(page.facts()).as(which).hasSizeBetween(1, 1 + limit);
            paged.addAll(page.facts());
            next = page.next();
        }
        assertThat(paged).as(which).isEqualTo(ofTrigger);
    }

    private static List<Skip> newest(List<Skip> facts, int limit) {
        return facts.subList(Math.max(0, facts.size() - limit), facts.size());
    }

    @Test
    void facts_that_come_between_two_pages_are_in_none_and_those_that_are_forgotten_are_left_out() {
        Random random = new Random(1);
        FactLog<Skip> log = new FactLog<>(Skip::triggerId, Skip::subject, 100);
        List<Skip> list = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            list.add(skip(random, i));
            log.add(list.get(i));
        }
        UUID trigger = new UUID(0, 1);
        long end = log.end(trigger);
        FactLog.Page<Skip> first = log.page(trigger, 0, end, 3);
        for (int i = 60; i < 130; i++) {
            list.add(skip(random, i));
            log.add(list.get(i));
        }
        FactLog.Page<Skip> rest = log.page(trigger, first.next(), end, 1_000);

        assertThat(first.facts())
                .isEqualTo(list.stream()
                        .filter(skip -> skip.triggerId().equals(trigger))
                        .limit(3)
                        .toList());
        assertThat(rest.facts())
                .isEqualTo(list.subList(30, 60).stream()
                        .filter(skip -> skip.triggerId().equals(trigger))
                        .filter(skip -> !first.facts().contains(skip))
                        .toList());
        assertThat(rest.next()).isEqualTo(end);
    }
}
