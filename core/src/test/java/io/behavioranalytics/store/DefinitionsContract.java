package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link Definitions}. */
abstract class DefinitionsContract extends ContractFixture {
    private static final UUID FIRST = new UUID(0xdef, 1);
    private static final UUID SECOND = new UUID(0xdef, 2);

    private static DefinitionRecord segment(UUID id, String key, long version) {
        return new DefinitionRecord(
                DefinitionRecord.Kind.SEGMENT, id, key, version, false, "{\"name\":\"Grüße \\\" ' 😀\",\"n\":1.50}");
    }

    private static DefinitionRecord trigger(UUID id, String key, long version) {
        return new DefinitionRecord(DefinitionRecord.Kind.TRIGGER, id, key, version, false, "{}");
    }

    private static DefinitionRecord deleted(DefinitionRecord record) {
        return new DefinitionRecord(
                record.kind(), record.id(), record.key(), record.version() + 1, true, record.json());
    }

    @Test
    void every_save_raises_the_version_of_the_whole() {
        Definitions definitions = store.definitions();

        assertThat(definitions.version()).isZero();
        assertThat(definitions.load().version()).isZero();
        assertThat(definitions.load().records()).isEmpty();
        assertThat(definitions.save(segment(FIRST, "a", 1), 0)).isTrue();
        assertThat(definitions.save(trigger(SECOND, "b", 1), 1)).isTrue();
        assertThat(definitions.version()).isEqualTo(2);
        assertThat(definitions.load().version()).isEqualTo(2);
        assertThat(definitions.load().records())
                .containsExactlyInAnyOrder(segment(FIRST, "a", 1), trigger(SECOND, "b", 1));
    }

    @Test
    void what_no_decision_reads_raises_the_version_of_the_whole_alone() {
        Definitions definitions = store.definitions();
        assertThat(definitions.load().decidingVersion()).isZero();
        definitions.save(experiment(FIRST, "x", 1), 0);
        definitions.save(segment(FIRST, "a", 1), 1);
        assertThat(definitions.load().decidingVersion()).isEqualTo(2);
        definitions.saveAll(List.of(experiment(FIRST, "x", 2), experiment(SECOND, "y", 1)), 2);
        assertThat(definitions.load().version()).isEqualTo(4);
        assertThat(definitions.load().decidingVersion()).isEqualTo(2);
        definitions.saveAll(List.of(trigger(SECOND, "b", 1), experiment(FIRST, "x", 3)), 4);
        assertThat(definitions.load().decidingVersion()).isEqualTo(5);
        definitions.saveAll(List.of(experiment(FIRST, "x", 4), deleted(segment(FIRST, "a", 1))), 6);
        assertThat(definitions.load().decidingVersion()).isEqualTo(8);

        assertThat(definitions.save(segment(SECOND, "c", 1), 7)).isFalse(); // somebody was faster
        assertThatThrownBy(() -> definitions.save(segment(SECOND, "c", 5), 8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(definitions.load().version()).isEqualTo(8);
        assertThat(definitions.load().decidingVersion()).isEqualTo(8);
    }

    private static DefinitionRecord experiment(UUID id, String key, long version) {
        return new DefinitionRecord(DefinitionRecord.Kind.EXPERIMENT, id, key, version, false, "{}");
    }

    @Test
    void what_is_shown_of_a_definition_changes_neither_it_nor_the_version() {
        Definitions definitions = store.definitions();
        DefinitionRecord segment = segment(FIRST, "a", 1);
        DefinitionRecord trigger = trigger(SECOND, "b", 1);
        assertThat(definitions.saveAll(List.of(segment, trigger), 0)).isTrue();

        definitions.refresh(DefinitionRecord.Kind.SEGMENT, FIRST, 3, Instant.parse("2026-03-01T10:00:00Z"));
        definitions.refresh(DefinitionRecord.Kind.TRIGGER, SECOND, 0, null);
        definitions.refresh(
                DefinitionRecord.Kind.TRIGGER, new UUID(0xdef, 3), 1, Instant.parse("2026-03-01T10:00:00Z"));
        definitions.refresh(DefinitionRecord.Kind.ROLLOUT, FIRST, 0, null);

        assertThat(definitions.version()).isEqualTo(2);
        assertThat(definitions.load().records()).containsExactlyInAnyOrder(segment, trigger);
        assertThat(definitions.history(DefinitionRecord.Kind.SEGMENT, FIRST)).containsExactly(segment);
        assertThat(definitions.saveAll(List.of(segment(FIRST, "a", 2), deleted(trigger)), 2))
                .isTrue();
        assertThat(definitions.load().records()).containsExactly(segment(FIRST, "a", 2));
    }

    @Test
    void several_are_saved_together_in_their_order() {
        Definitions definitions = store.definitions();
        DefinitionRecord first = segment(FIRST, "a", 1);

        assertThat(definitions.saveAll(List.of(first, trigger(SECOND, "b", 1), deleted(first)), 0))
                .isTrue();
        assertThat(definitions.version()).isEqualTo(3);
        assertThat(definitions.load().records()).containsExactly(trigger(SECOND, "b", 1));
        assertThat(definitions.saveAll(List.of(segment(SECOND, "a", 1), segment(FIRST, "c", 3)), 3))
                .isTrue();
        assertThat(definitions.version()).isEqualTo(5);
        assertThat(definitions.load().records())
                .containsExactlyInAnyOrder(segment(SECOND, "a", 1), segment(FIRST, "c", 3), trigger(SECOND, "b", 1));
    }

    @Test
    void of_several_none_is_saved_if_one_is_refused_or_somebody_was_faster() {
        Definitions definitions = store.definitions();
        assertThat(definitions.save(segment(FIRST, "taken", 1), 0)).isTrue();
        List<DefinitionRecord> second = List.of(trigger(SECOND, "b", 1), segment(SECOND, "free", 1));

        assertThat(definitions.saveAll(second, 0)).isFalse();
        assertThatThrownBy(() -> definitions.saveAll(List.of(trigger(SECOND, "b", 1), segment(SECOND, "taken", 1)), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> definitions.saveAll(
                        List.of(segment(SECOND, "twice", 1), segment(new UUID(0xdef, 3), "twice", 1)), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(definitions.version()).isEqualTo(1);
        assertThat(definitions.load().records()).containsExactly(segment(FIRST, "taken", 1));
        assertThat(definitions.history(DefinitionRecord.Kind.TRIGGER, SECOND)).isEmpty();
        assertThat(definitions.saveAll(second, 1)).isTrue();
    }

    @Test
    void the_newest_version_of_a_definition_is_read() {
        Definitions definitions = store.definitions();
        assertThat(definitions.save(segment(FIRST, "a", 1), 0)).isTrue();
        assertThat(definitions.save(segment(FIRST, "renamed", 2), 1)).isTrue();

        assertThat(definitions.load().records()).containsExactly(segment(FIRST, "renamed", 2));
    }

    @Test
    void a_save_on_another_version_than_the_newest_is_lost() {
        Definitions definitions = store.definitions();
        assertThat(definitions.save(segment(FIRST, "a", 1), 0)).isTrue();

        assertThat(definitions.save(segment(SECOND, "b", 1), 0)).isFalse();
        assertThat(definitions.save(segment(SECOND, "b", 1), 2)).isFalse();
        assertThat(definitions.save(segment(SECOND, "a", 1), 0)).isFalse();
        assertThat(definitions.version()).isEqualTo(1);
        assertThat(definitions.load().records()).containsExactly(segment(FIRST, "a", 1));
    }

    @Test
    void deleted_definitions_are_left_out_and_may_come_back() {
        Definitions definitions = store.definitions();
        assertThat(definitions.save(segment(FIRST, "a", 1), 0)).isTrue();
        assertThat(definitions.save(deleted(segment(FIRST, "a", 1)), 1)).isTrue();

        assertThat(definitions.load().records()).isEmpty();
        assertThat(definitions.version()).isEqualTo(2);
        assertThat(definitions.save(segment(FIRST, "a", 3), 2)).isTrue();
        assertThat(definitions.load().records()).containsExactly(segment(FIRST, "a", 3));
    }

    @Test
    void every_version_of_a_definition_can_be_read_also_once_it_is_deleted() {
        Definitions definitions = store.definitions();
        DefinitionRecord first = segment(FIRST, "a", 1);
        DefinitionRecord second = segment(FIRST, "renamed", 2);
        DefinitionRecord sameId = trigger(FIRST, "a", 1);
        assertThat(definitions.save(first, 0)).isTrue();
        assertThat(definitions.save(sameId, 1)).isTrue();
        assertThat(definitions.save(second, 2)).isTrue();
        assertThat(definitions.save(segment(SECOND, "b", 1), 3)).isTrue();
        assertThat(definitions.save(deleted(second), 4)).isTrue();

        assertThat(definitions.history(DefinitionRecord.Kind.SEGMENT, FIRST))
                .containsExactly(first, second, deleted(second));
        assertThat(definitions.history(DefinitionRecord.Kind.TRIGGER, FIRST)).containsExactly(sameId);
        assertThat(definitions.history(DefinitionRecord.Kind.TRIGGER, SECOND)).isEmpty();
    }

    @Test
    void a_key_names_one_definition_of_its_kind() {
        Definitions definitions = store.definitions();
        assertThat(definitions.save(segment(FIRST, "taken", 1), 0)).isTrue();
        assertThat(definitions.save(segment(SECOND, "free", 1), 1)).isTrue();

        assertThatThrownBy(() -> definitions.save(segment(new UUID(0xdef, 3), "taken", 1), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("taken");
        assertThatThrownBy(() -> definitions.save(segment(SECOND, "taken", 2), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("taken");
        assertThat(definitions.version()).isEqualTo(2);
        assertThat(definitions.load().records())
                .containsExactlyInAnyOrder(segment(FIRST, "taken", 1), segment(SECOND, "free", 1));
        assertThat(definitions.save(trigger(new UUID(0xdef, 3), "taken", 1), 2)).isTrue();
    }

    @Test
    void a_deleted_definition_frees_its_key() {
        Definitions definitions = store.definitions();
        assertThat(definitions.save(segment(FIRST, "a", 1), 0)).isTrue();
        assertThat(definitions.save(deleted(segment(FIRST, "a", 1)), 1)).isTrue();

        assertThat(definitions.save(segment(SECOND, "a", 1), 2)).isTrue();
        assertThatThrownBy(() -> definitions.save(segment(FIRST, "a", 3), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a");
        assertThat(definitions.load().records()).containsExactly(segment(SECOND, "a", 1));
    }

    @Test
    void a_version_follows_the_newest_of_its_definition() {
        Definitions definitions = store.definitions();
        assertThatThrownBy(() -> definitions.save(segment(FIRST, "a", 2), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(definitions.save(segment(FIRST, "a", 1), 0)).isTrue();
        assertThatThrownBy(() -> definitions.save(segment(FIRST, "a", 1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> definitions.save(segment(FIRST, "a", 3), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(definitions.version()).isEqualTo(1);
    }
}
