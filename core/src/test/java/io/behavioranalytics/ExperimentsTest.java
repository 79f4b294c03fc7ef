package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.ExclusionGroup;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentJson;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.InMemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of experiments in a store, and as files of a folder. */
class ExperimentsTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InMemoryStore store = new InMemoryStore(now::get);
    private final BehaviorAnalytics analytics =
            BehaviorAnalytics.builder().store(store).clock(now::get).build();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    @Test
    void every_version_is_kept_as_it_was() {
        Experiments experiments = analytics.experiments();
        Experiment first = experiments.create(AnExperiment.named("Test").build());
        Experiment second = experiments.start("test");
        Experiment third = experiments.pause(first.id().toString());
        Experiment fourth = experiments.resume("test");
        Experiment fifth = experiments.reseed("test", true);
        Experiment sixth = experiments.complete("test", "b");

        assertThat(store.definitions().history(Kind.EXPERIMENT, first.id()).stream()
                        .map(record -> ExperimentJson.read(record.json())))
                .containsExactly(first, second, third, fourth, fifth, sixth);
        assertThat(experiments.get("test")).contains(sixth);
        assertThat(experiments.list()).containsExactly(sixth);
        experiments.delete("test");
        assertThat(experiments.list()).isEmpty();
    }

    @Test
    void a_step_that_there_is_not_is_refused_and_changes_nothing() {
        Experiments experiments = analytics.experiments();
        Experiment draft = experiments.create(AnExperiment.named("Test").build());
        assertThatThrownBy(() -> experiments.pause("test")).isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> experiments.resume("test")).isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> experiments.complete("test", null)).isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> experiments.reseed("test", false)).isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> experiments.start("nothing")).isInstanceOf(UnknownDefinitionException.class);
        assertThat(experiments.get("test")).contains(draft);
        experiments.start("test");
        assertThatThrownBy(() -> experiments.complete("test", "c")).isInstanceOf(InvalidDefinitionException.class);
        now.set(START.plus(Duration.ofDays(14)));
        assertThatThrownBy(() -> experiments.pause("test"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("completed");
    }

    @Test
    void references_and_parts_of_a_group_are_checked_against_the_others() {
        Experiments experiments = analytics.experiments();
        assertThatThrownBy(() -> experiments.create(
                        AnExperiment.named("Test").targetSegment("nobody").build()))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("nobody");
        experiments.create(AnExperiment.named("One")
                .exclusionGroup(new ExclusionGroup("page", 0, 5_000))
                .build());
        assertThatThrownBy(() -> experiments.create(AnExperiment.named("Two")
                        .exclusionGroup(new ExclusionGroup("page", 4_999, 10_000))
                        .build()))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("'one'");
        experiments.create(AnExperiment.named("Two")
                .exclusionGroup(new ExclusionGroup("page", 5_000, 10_000))
                .build());
        assertThatThrownBy(() -> experiments.create(AnExperiment.named("two").build()))
                .isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    void a_segment_that_an_experiment_targets_is_not_deleted() {
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Viewers",
                        Criteria.all()
                                .event(EventFilter.atLeast(io.behavioranalytics.event.EventType.PAGE_VIEW, 1))
                                .build()));
        analytics
                .experiments()
                .create(AnExperiment.named("Test").targetSegment("viewers").build());
        assertThatThrownBy(() -> analytics.segments().delete("viewers"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("experiment 'test'");
    }

    @Test
    void a_folder_of_experiments_is_exported_compared_and_applied() throws IOException {
        Experiments experiments = analytics.experiments();
        experiments.create(AnExperiment.named("Test").build());
        experiments.start("test");
        analytics.definitionFolders().export(folder);
        assertThat(analytics.definitionFolders().compare(folder).isEmpty()).isTrue();

        Path file = folder.resolve("experiments/test.json");
        Files.writeString(file, Files.readString(file).replace("\"total\": 100", "\"total\": 40"));
        DefinitionDiff diff = analytics.definitionFolders().compare(folder);
        assertThat(diff.describe()).contains("~ experiment test").contains("trafficAllocation.total: 100 -> 40");
        analytics.definitionFolders().apply(diff);
        Experiment changed = experiments.get("test").orElseThrow();
        assertThat(changed.definition().allocation()).isEqualTo(Allocation.random(4_000));
        assertThat(changed.phases()).hasSize(2);
        assertThat(analytics.definitionFolders().compare(folder).isEmpty()).isTrue();

        Files.writeString(file, Files.readString(file).replace("running", "draft"));
        assertThatThrownBy(() -> analytics.definitionFolders().compare(folder))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("experiments/test.json: status");
        Files.delete(file);
        analytics
                .definitionFolders()
                .applyAndDeleteOthers(analytics.definitionFolders().compare(folder));
        assertThat(experiments.list()).isEmpty();
    }
}
