package io.behavioranalytics.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is referred to stands first (S15), however long the chain is. */
class SegmentOrderTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int LONG = 50_000;

    /** Each refers to the one before, and the first one to another. */
    private static List<Segment> chain(int length, Criteria first) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Criteria before =
                    Criteria.all().segment(SegmentFilter.in("s-" + (i - 1))).build();
            segments.add(new Segment(
                    // Looked at in the order of ids, so that the whole chain hangs on the first that is looked at.
                    new UUID(0, length - i),
                    "s-" + i,
                    1,
                    "S " + i,
                    null,
                    Segment.Type.DYNAMIC,
                    Segment.Status.ACTIVE,
                    i == 0 ? first : before,
                    Calculations.NONE,
                    false,
                    List.of(),
                    1,
                    NOW,
                    NOW));
        }
        return segments;
    }

    @Test
    void a_chain_longer_than_a_stack_is_deep_is_sorted() {
        List<Segment> chain =
                chain(LONG, Criteria.all().event(EventType.PAGE_VIEW).build());

        assertThat(SegmentOrder.sorted(chain).equals(chain)).isTrue();
        assertThat(SegmentOrder.cycle(chain)).isEmpty();
    }

    @Test
    void so_long_a_circle_is_found_and_every_segment_on_it_named() {
        List<Segment> circle = chain(
                LONG,
                Criteria.all().segment(SegmentFilter.in("s-" + (LONG - 1))).build());

        List<String> keys = SegmentOrder.cycle(circle);

        assertThat(keys.subList(0, LONG)).hasSize(LONG).doesNotHaveDuplicates();
        assertThat(keys.get(LONG)).isEqualTo(keys.get(0));
        assertThat(SegmentOrder.sorted(circle)).hasSize(LONG);
    }
}
