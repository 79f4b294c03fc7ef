package io.behavioranalytics.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrozenMapTest {
    @Test
    void it_is_equal_to_the_map_it_was_made_of_at_every_size() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int size = 0; size < 300; size++) {
            FrozenMap frozen = FrozenMap.copyOf(map);
            assertThat(frozen).isEqualTo(map).hasSameHashCodeAs(map).hasSize(size);
            assertThat(frozen.keySet()).containsExactlyElementsOf(map.keySet());
            for (String name : map.keySet()) {
                assertThat(frozen.get(name)).isEqualTo(map.get(name));
                assertThat(frozen.containsKey(name)).isTrue();
            }
            assertThat(frozen.get("absent")).isNull();
            assertThat(frozen.containsKey("absent")).isFalse();
            map.put((size % 2 == 0 ? "Aa" : "BB") + size, size % 7 == 0 ? null : size);
        }
    }

    @Test
    void it_cannot_be_changed_and_takes_no_copy_of_itself() {
        FrozenMap map = FrozenMap.copyOf(Map.of("a", 1));
        assertThatThrownBy(() -> map.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.entrySet().iterator().next().setValue(2))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(FrozenMap.copyOf(map)).isSameAs(map);
    }
}
