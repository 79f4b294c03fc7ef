package io.behavioranalytics;

import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.QuietHours;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes {@link Settings}; a setter refuses a value out of range, and to be called twice. Not thread-safe. */
public final class SettingsBuilder {
    private final Map<Variable, Object> given = new EnumMap<>(Variable.class);

    SettingsBuilder() {}

    /**
     * Sets {@link Settings#cacheTtl()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder cacheTtl(Duration value) {
        return set(Variable.BEHAVIOR_CACHE_TTL, value);
    }

    /**
     * Sets {@link Settings#batchSize()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder batchSize(int value) {
        return set(Variable.BEHAVIOR_BATCH_SIZE, (long) value);
    }

    /**
     * Sets {@link Settings#committers()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder committers(int value) {
        return set(Variable.BEHAVIOR_COMMITTERS, (long) value);
    }

    /**
     * Sets {@link Settings#processingInterval()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder processingInterval(Duration value) {
        return set(Variable.BEHAVIOR_PROCESSING_INTERVAL, value);
    }

    /**
     * Sets {@link Settings#queueCapacity()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder queueCapacity(int value) {
        return set(Variable.BEHAVIOR_QUEUE_CAPACITY, (long) value);
    }

    /**
     * Sets {@link Settings#cacheBytes()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder cacheBytes(long value) {
        return set(Variable.BEHAVIOR_CACHE_BYTES, value);
    }

    /**
     * Sets {@link Settings#subjectMaxEvents()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder subjectMaxEvents(long value) {
        return set(Variable.BEHAVIOR_SUBJECT_MAX_EVENTS, value);
    }

    /**
     * Sets {@link Settings#sessionTimeout()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder sessionTimeout(Duration value) {
        return set(Variable.BEHAVIOR_SESSION_TIMEOUT, value);
    }

    /**
     * Sets {@link Settings#retention()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder retention(Duration value) {
        return set(Variable.BEHAVIOR_RETENTION, Optional.of(value));
    }

    /**
     * Sets {@link Settings#callTimeout()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder callTimeout(Duration value) {
        return set(Variable.BEHAVIOR_CALL_TIMEOUT, value);
    }

    /**
     * Sets {@link Settings#closeTimeout()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder closeTimeout(Duration value) {
        return set(Variable.BEHAVIOR_CLOSE_TIMEOUT, value);
    }

    /**
     * Sets {@link Settings#personalizationMaxRules()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder personalizationMaxRules(int value) {
        return set(Variable.PERSONALIZATION_MAX_RULES, (long) value);
    }

    /**
     * Sets {@link Settings#personalizationCacheTtl()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder personalizationCacheTtl(Duration value) {
        return set(Variable.PERSONALIZATION_CACHE_TTL, value);
    }

    /**
     * Sets {@link Settings#experimentDefaultDuration()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder experimentDefaultDuration(Duration value) {
        return set(Variable.EXPERIMENT_DEFAULT_DURATION, value);
    }

    /**
     * Sets {@link Settings#experimentMinSampleSize()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder experimentMinSampleSize(int value) {
        return set(Variable.EXPERIMENT_MIN_SAMPLE_SIZE, (long) value);
    }

    /**
     * Sets {@link Settings#experimentSignificanceLevel()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder experimentSignificanceLevel(double value) {
        return set(Variable.EXPERIMENT_SIGNIFICANCE_LEVEL, value);
    }

    /**
     * Sets {@link Settings#experimentHoldout()}.
     *
     * @param value basis points
     * @return this
     */
    public SettingsBuilder experimentHoldout(int value) {
        return set(Variable.EXPERIMENT_HOLDOUT, (long) value);
    }

    /**
     * Sets {@link Settings#triggerMaxExecutionRate()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder triggerMaxExecutionRate(int value) {
        return set(Variable.TRIGGER_MAX_EXECUTION_RATE, (long) value);
    }

    /**
     * Sets {@link Settings#triggerDefaultCooldown()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder triggerDefaultCooldown(Duration value) {
        return set(Variable.TRIGGER_DEFAULT_COOLDOWN, value);
    }

    /**
     * Sets {@link Settings#triggerMaxEventAge()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder triggerMaxEventAge(Duration value) {
        return set(Variable.TRIGGER_MAX_EVENT_AGE, value);
    }

    /**
     * Sets {@link Settings#triggerMaxLateness()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder triggerMaxLateness(Duration value) {
        return set(Variable.TRIGGER_MAX_LATENESS, value);
    }

    /**
     * Sets {@link Settings#actionDeadline()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder actionDeadline(Duration value) {
        return set(Variable.ACTION_DEADLINE, value);
    }

    /**
     * Sets {@link Settings#actionLease()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder actionLease(Duration value) {
        return set(Variable.ACTION_LEASE, value);
    }

    /**
     * Sets {@link Settings#actionMaxAttempts()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder actionMaxAttempts(int value) {
        return set(Variable.ACTION_MAX_ATTEMPTS, (long) value);
    }

    /**
     * Sets {@link Settings#actionBackoff()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder actionBackoff(Duration value) {
        return set(Variable.ACTION_BACKOFF, value);
    }

    /**
     * Sets {@link Settings#triggerCaps()}.
     *
     * @param caps at most 100
     * @return this
     */
    public SettingsBuilder triggerCaps(Cap... caps) {
        return set(Variable.TRIGGER_CAPS, List.of(caps));
    }

    /**
     * Sets {@link Settings#triggerQuietHours()}.
     *
     * @param hours the hours
     * @return this
     */
    public SettingsBuilder triggerQuietHours(QuietHours hours) {
        return set(Variable.TRIGGER_QUIET_HOURS, hours);
    }

    /**
     * Sets {@link Settings#maintenanceInterval()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder maintenanceInterval(Duration value) {
        return set(Variable.BEHAVIOR_MAINTENANCE_INTERVAL, Optional.of(value));
    }

    /**
     * Leaves maintenance to the host: {@link Settings#maintenanceInterval()} is empty.
     *
     * @return this
     */
    public SettingsBuilder withoutMaintenance() {
        return set(Variable.BEHAVIOR_MAINTENANCE_INTERVAL, Optional.empty());
    }

    /**
     * Sets {@link Settings#factRetention()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder factRetention(Duration value) {
        return set(Variable.BEHAVIOR_FACT_RETENTION, Optional.of(value));
    }

    /**
     * Keeps all facts: {@link Settings#factRetention()} is empty.
     *
     * @return this
     */
    public SettingsBuilder keepingAllFacts() {
        return set(Variable.BEHAVIOR_FACT_RETENTION, Optional.empty());
    }

    /**
     * Sets {@link Settings#skipLimit()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder skipLimit(long value) {
        return set(Variable.BEHAVIOR_SKIP_LIMIT, value);
    }

    /**
     * Sets {@link Settings#selfCheckSample()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder selfCheckSample(int value) {
        return set(Variable.BEHAVIOR_SELF_CHECK_SAMPLE, (long) value);
    }

    /**
     * Sets {@link Settings#zone()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder zone(ZoneId value) {
        return set(Variable.BEHAVIOR_ZONE, value);
    }

    /**
     * Sets {@link Settings#botRate()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder botRate(int value) {
        return set(Variable.BEHAVIOR_BOT_RATE, (long) value);
    }

    /**
     * Sets {@link Settings#actionThreads()}.
     *
     * @param value the value
     * @return this
     */
    public SettingsBuilder actionThreads(int value) {
        return set(Variable.ACTION_THREADS, (long) value);
    }

    /**
     * Makes the settings; the builder stays as it is.
     *
     * @return the settings
     */
    public Settings build() {
        return new Settings(given);
    }

    private SettingsBuilder set(Variable variable, Object value) {
        variable.check(Objects.requireNonNull(value, variable.name()));
        if (given.putIfAbsent(variable, value) != null) {
            throw new IllegalStateException(variable.name() + " is set already");
        }
        return this;
    }
}
