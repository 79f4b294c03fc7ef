package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIndexTest {
    private final Map<UUID, Integer> model = new HashMap<>();

    private int find(EventIndex index, UUID id) {
        return index.find(id, handle -> model.getOrDefault(id, -1) == handle);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 63, -1})
    void ids_are_told_apart_however_many_share_a_hash(long hashBits) {
        ToLongFunction<UUID> poor = id -> (id.getLeastSignificantBits() & hashBits) * 0x9e3779b97f4a7c15L;
        EventIndex index = new EventIndex(poor);
        SplittableRandom random = new SplittableRandom(hashBits);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            assertThat(find(index, id)).isEqualTo(-1);
            ids.add(id);
            model.put(id, random.nextInt(5));
            index.add(id, model.getOrDefault(id, -1));
            if (random.nextInt(3) == 0) {
                UUID moved = ids.get(random.nextInt(ids.size()));
                int target = random.nextInt(5);
                index.move(moved, model.getOrDefault(moved, -1), target);
                model.put(moved, target);
            }
        }
        assertThat(ids).allSatisfy(id -> assertThat(find(index, id)).isEqualTo(model.get(id)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 63, -1})
    void an_id_that_was_removed_is_gone_and_all_others_are_found(long hashBits) {
        ToLongFunction<UUID> poor = id -> (id.getLeastSignificantBits() & hashBits) * 0x9e3779b97f4a7c15L;
        EventIndex index = new EventIndex(poor);
        SplittableRandom random = new SplittableRandom(hashBits);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            ids.add(id);
            model.put(id, random.nextInt(5));
            index.add(id, model.getOrDefault(id, -1));
            if (random.nextInt(3) > 0) {
                UUID removed = ids.remove(random.nextInt(ids.size()));
                index.remove(removed, model.getOrDefault(removed, -1));
                model.remove(removed);
                assertThat(find(index, removed)).isEqualTo(-1);
            }
            if (i % 50 == 0) {
                assertThat(ids)
                        .allSatisfy(other -> assertThat(find(index, other)).isEqualTo(model.get(other)));
            }
        }
        assertThat(ids).allSatisfy(id -> assertThat(find(index, id)).isEqualTo(model.get(id)));
        assertThatThrownBy(() -> index.remove(new UUID(1, 1), 9)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_million_ids_take_less_than_22_bytes_each() {
        EventIndex index = new EventIndex();
        for (int i = 0; i < 1_000_000; i++) {
            index.add(new UUID(i, 4), i % 1_000);
        }
        assertThat(index.bytes() / 1_000_000.0).isLessThan(22);
        assertThat(index.find(new UUID(77_005, 4), handle -> handle == 5)).isEqualTo(5);
        assertThat(index.find(new UUID(-1, 4), handle -> false)).isEqualTo(-1);
    }

    @Test
    void an_id_that_is_not_there_cannot_move() {
        EventIndex index = new EventIndex();
        assertThatThrownBy(() -> index.move(new UUID(1, 1), 0, 1)).isInstanceOf(IllegalStateException.class);
        index.add(new UUID(1, 1), 0);
        assertThatThrownBy(() -> index.move(new UUID(1, 1), 2, 1)).isInstanceOf(IllegalStateException.class);
    }
}
