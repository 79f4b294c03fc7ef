package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @Test
    void the_defaults_are_those_of_the_founding_document() {
        Settings settings = Settings.defaults();
        assertThat(settings.cacheTtl()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.batchSize()).isEqualTo(100);
        assertThat(settings.committers()).isEqualTo(2);
        assertThat(settings.processingInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.personalizationMaxRules()).isEqualTo(50);
        assertThat(settings.personalizationCacheTtl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.experimentDefaultDuration()).isEqualTo(Duration.ofDays(14));
        assertThat(settings.experimentMinSampleSize()).isEqualTo(100);
        assertThat(settings.experimentSignificanceLevel()).isEqualTo(0.05);
        assertThat(settings.triggerMaxExecutionRate()).isEqualTo(1_000);
        assertThat(settings.triggerDefaultCooldown()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.queueCapacity()).isEqualTo(10_000);
        assertThat(settings.subjectMaxEvents()).isEqualTo(1_000_000);
        assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.retention()).isEmpty();
        assertThat(settings.callTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.triggerMaxEventAge()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.triggerMaxLateness()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.actionDeadline()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.actionLease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.actionMaxAttempts()).isEqualTo(10);
        assertThat(settings.actionBackoff()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.actionThreads()).isEqualTo(4);
        assertThat(settings.cacheBytes()).isEqualTo(64L << 20);
    }

    @Test
    void every_variable_of_the_founding_document_is_read_from_an_environment() {
        Settings settings = Settings.from(Map.ofEntries(
                Map.entry("BEHAVIOR_CACHE_TTL", "60000"),
                Map.entry("BEHAVIOR_BATCH_SIZE", "7"),
                Map.entry("BEHAVIOR_COMMITTERS", "4"),
                Map.entry("BEHAVIOR_PROCESSING_INTERVAL", "1000"),
                Map.entry("PERSONALIZATION_MAX_RULES", "5"),
                Map.entry("PERSONALIZATION_CACHE_TTL", "0"),
                Map.entry("EXPERIMENT_DEFAULT_DURATION", "28"),
                Map.entry("EXPERIMENT_MIN_SAMPLE_SIZE", "500"),
                Map.entry("EXPERIMENT_SIGNIFICANCE_LEVEL", "0.01"),
                Map.entry("TRIGGER_MAX_EXECUTION_RATE", "10"),
                Map.entry("TRIGGER_DEFAULT_COOLDOWN", "0"),
                Map.entry("BEHAVIOR_RETENTION", "P365D"),
                Map.entry("PATH", "/usr/bin")));
        assertThat(settings.batchSize()).isEqualTo(7);
        assertThat(settings.committers()).isEqualTo(4);
        assertThat(settings.personalizationCacheTtl()).isZero();
        assertThat(settings.experimentDefaultDuration()).isEqualTo(Duration.ofDays(28));
        assertThat(settings.experimentSignificanceLevel()).isEqualTo(0.01);
        assertThat(settings.triggerDefaultCooldown()).isZero();
        assertThat(settings.retention()).contains(Duration.ofDays(365));
    }

    @Test
    void all_problems_are_told_at_once() {
        assertThatThrownBy(() -> Settings.from(Map.of(
                        "BEHAVIOR_BATCH_SIZE", "many",
                        "TRIGGER_COOLDOWN", "5",
                        "ACTION_DEADLINE", "30 s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ACTION_DEADLINE must be an ISO-8601 duration from PT0.001S to PT24H: '30 s'; "
                                + "BEHAVIOR_BATCH_SIZE must be a whole number from 1 to 10000: 'many'; "
                                + "unknown setting TRIGGER_COOLDOWN; known are TRIGGER_MAX_EXECUTION_RATE, "
                                + "TRIGGER_DEFAULT_COOLDOWN, TRIGGER_MAX_EVENT_AGE, TRIGGER_MAX_LATENESS, TRIGGER_CAPS, TRIGGER_QUIET_HOURS");
    }

    @ParameterizedTest
    @CsvSource({
        "BEHAVIOR_BATCH_SIZE, 0",
        "BEHAVIOR_BATCH_SIZE, 10001",
        "BEHAVIOR_BATCH_SIZE, 1.5",
        "BEHAVIOR_BATCH_SIZE, ''",
        "BEHAVIOR_BATCH_SIZE, 99999999999999999999",
        "BEHAVIOR_CACHE_TTL, -1",
        "BEHAVIOR_CACHE_TTL, PT1M",
        "BEHAVIOR_CALL_TIMEOUT, 5000",
        "BEHAVIOR_CALL_TIMEOUT, PT-5S",
        "BEHAVIOR_RETENTION, for ever",
        "EXPERIMENT_SIGNIFICANCE_LEVEL, 0",
        "EXPERIMENT_SIGNIFICANCE_LEVEL, 1",
        "EXPERIMENT_SIGNIFICANCE_LEVEL, NaN",
        "EXPERIMENT_SIGNIFICANCE_LEVEL, '0,05'",
        "TRIGGER_DEFAULT_COOLDOWN, 2628001",
        "ACTION_MAX_ATTEMPTS, 0"
    })
    void a_value_that_is_not_accepted_is_named_with_what_is(String name, String value) {
        assertThatThrownBy(() -> Settings.from(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " must be ")
                .hasMessageEndingWith(": '" + value + "'");
    }

    @Test
    void a_long_or_hostile_value_is_cut_and_escaped_in_the_message() {
        assertThatThrownBy(() -> Settings.from(Map.of("ACTION_LEASE", "x\r\n" + "y".repeat(500))))
                .hasMessageContaining("'x\\r\\nyyy")
                .hasMessageEndingWith("…'")
                .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void properties_may_be_written_small_and_with_dots_but_not_twice() {
        Properties properties = new Properties();
        properties.setProperty("behavior.batch.size", "5");
        properties.setProperty("java.home", "/opt");
        assertThat(Settings.from(properties).batchSize()).isEqualTo(5);
        properties.setProperty("BEHAVIOR_BATCH_SIZE", "6");
        assertThatThrownBy(() -> Settings.from(properties))
                .hasMessage("BEHAVIOR_BATCH_SIZE is given twice, in two spellings");
    }

    @Test
    void a_builder_checks_at_the_call_refuses_to_be_set_twice_and_stays_as_it_is() {
        SettingsBuilder builder = Settings.builder().batchSize(5).callTimeout(Duration.ofSeconds(1));
        assertThatThrownBy(() -> builder.queueCapacity(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BEHAVIOR_QUEUE_CAPACITY must be a whole number from 1 to 10000000: '0'");
        assertThatThrownBy(() -> builder.batchSize(6))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("BEHAVIOR_BATCH_SIZE is set already");
        Settings settings = builder.build();
        assertThat(builder.queueCapacity(7).build().queueCapacity()).isEqualTo(7);
        assertThat(settings.queueCapacity()).isEqualTo(10_000);
        assertThat(settings)
                .isEqualTo(Settings.builder()
                        .callTimeout(Duration.ofSeconds(1))
                        .batchSize(5)
                        .build());
    }
}
