package io.behavioranalytics;

import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.QuietHours;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Every number that a host may turn, with the founding document's names and defaults. Immutable.
 *
 * <p>Read from the environment, from {@link Properties}, or made by a builder. A name that begins like ours and is none, and
 * a value that is malformed or out of range, are refused; one exception names them all.
 */
public final class Settings {
    private static final List<String> PREFIXES =
            List.of("BEHAVIOR_", "PERSONALIZATION_", "EXPERIMENT_", "TRIGGER_", "ACTION_");

    private final Map<Variable, Object> values;

    Settings(Map<Variable, Object> given) {
        values = new EnumMap<>(Variable.class);
        for (Variable variable : Variable.values()) {
            Object value = given.get(variable);
            values.put(variable, value == null ? variable.byDefault() : value);
        }
    }

    /**
     * The defaults.
     *
     * @return settings without a change
     */
    public static Settings defaults() {
        return builder().build();
    }

    /**
     * Reads the process's environment.
     *
     * @return the settings
     * @throws IllegalArgumentException naming every unknown name and every value that is not accepted
     */
    public static Settings fromEnvironment() {
        return from(System.getenv());
    }

    /**
     * Reads a map of names and values; names that do not begin like ours are left alone.
     *
     * @param variables such as {@link System#getenv()}
     * @return the settings
     * @throws IllegalArgumentException naming every unknown name and every value that is not accepted
     */
    public static Settings from(Map<String, String> variables) {
        Map<Variable, Object> values = new EnumMap<>(Variable.class);
        List<String> problems = new ArrayList<>();
        new TreeMap<>(variables).forEach((name, text) -> {
            if (PREFIXES.stream().noneMatch(name::startsWith)) {
                return;
            }
            Optional<Variable> variable = variable(name);
            if (variable.isEmpty()) {
                problems.add("unknown setting " + SafeText.escape(name, 64) + nearest(name));
                return;
            }
            try {
                values.put(variable.get(), variable.get().parse(text));
            } catch (IllegalArgumentException refused) {
                problems.add(refused.getMessage());
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new Settings(values);
    }

    /**
     * Reads properties; a name may also be written small and with dots, {@code behavior.batch.size}.
     *
     * @param properties names and values
     * @return the settings
     * @throws IllegalArgumentException naming every unknown name and every value that is not accepted
     */
    public static Settings from(Properties properties) {
        Map<String, String> variables = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            String upper = name.toUpperCase(Locale.ROOT).replace('.', '_');
            String text = Objects.requireNonNull(properties.getProperty(name));
            if (variables.put(upper, text) != null && PREFIXES.stream().anyMatch(upper::startsWith)) {
                throw new IllegalArgumentException(upper + " is given twice, in two spellings");
            }
        }
        return from(variables);
    }

    /**
     * Makes a builder that holds the defaults.
     *
     * @return the builder
     */
    public static SettingsBuilder builder() {
        return new SettingsBuilder();
    }

    private static Optional<Variable> variable(String name) {
        for (Variable variable : Variable.values()) {
            if (variable.name().equals(name)) {
                return Optional.of(variable);
            }
        }
        return Optional.empty();
    }

    private static String nearest(String name) {
        String prefix = name.substring(0, name.indexOf('_') + 1);
        List<String> known = new ArrayList<>();
        for (Variable variable : Variable.values()) {
            if (variable.name().startsWith(prefix)) {
                known.add(variable.name());
            }
        }
        return "; known are " + String.join(", ", known);
    }

    private Object value(Variable variable) {
        return Objects.requireNonNull(values.get(variable));
    }

    /**
     * How long definitions are used before their version is looked up again, and timelines without use are cached; milliseconds, 60000 unless said. {@code BEHAVIOR_CACHE_TTL}.
     *
     * @return the value
     */
    public Duration cacheTtl() {
        return (Duration) value(Variable.BEHAVIOR_CACHE_TTL);
    }

    /**
     * The most events of one commit; 100 unless said. {@code BEHAVIOR_BATCH_SIZE}.
     *
     * @return the value
     */
    public int batchSize() {
        return Math.toIntExact((Long) value(Variable.BEHAVIOR_BATCH_SIZE));
    }

    /**
     * The most batches that are committed at once; 2 unless said. With more than one, a batch of other subjects is decided while
     * the one before is committed. {@code BEHAVIOR_COMMITTERS}.
     *
     * @return the value
     */
    public int committers() {
        return Math.toIntExact((Long) value(Variable.BEHAVIOR_COMMITTERS));
    }

    /**
     * The loop's longest sleep; milliseconds, 5000 unless said. {@code BEHAVIOR_PROCESSING_INTERVAL}.
     *
     * @return the value
     */
    public Duration processingInterval() {
        return (Duration) value(Variable.BEHAVIOR_PROCESSING_INTERVAL);
    }

    /**
     * The most events that wait for a commit; 10000 unless said. {@code BEHAVIOR_QUEUE_CAPACITY}.
     *
     * @return the value
     */
    public int queueCapacity() {
        return Math.toIntExact((Long) value(Variable.BEHAVIOR_QUEUE_CAPACITY));
    }

    /**
     * The most bytes of cached subjects, 0 for none; 67108864 (64 MiB) unless said. {@code BEHAVIOR_CACHE_BYTES}.
     *
     * @return the value
     */
    public long cacheBytes() {
        return (Long) value(Variable.BEHAVIOR_CACHE_BYTES);
    }

    /**
     * The most events of one subject, beyond which tracking is refused; 1000000 unless said. {@code BEHAVIOR_SUBJECT_MAX_EVENTS}.
     *
     * @return the value
     */
    public long subjectMaxEvents() {
        return (Long) value(Variable.BEHAVIOR_SUBJECT_MAX_EVENTS);
    }

    /**
     * The gap after which a new visit begins; ISO-8601, PT30M unless said. {@code BEHAVIOR_SESSION_TIMEOUT}.
     *
     * @return the value
     */
    public Duration sessionTimeout() {
        return (Duration) value(Variable.BEHAVIOR_SESSION_TIMEOUT);
    }

    /**
     * How long events are visible (S7); ISO-8601, or {@code none} for ever, which is the default. {@code BEHAVIOR_RETENTION}.
     *
     * @return the span, or empty for ever
     */
    public Optional<Duration> retention() {
        return ((Optional<?>) value(Variable.BEHAVIOR_RETENTION)).map(Duration.class::cast);
    }

    /**
     * How long a call waits for its event to be taken up; ISO-8601, PT5S unless said. {@code BEHAVIOR_CALL_TIMEOUT}.
     *
     * @return the value
     */
    public Duration callTimeout() {
        return (Duration) value(Variable.BEHAVIOR_CALL_TIMEOUT);
    }

    /**
     * How long closing waits for what is under way before it is interrupted; ISO-8601, PT10S unless said. {@code
     * BEHAVIOR_CLOSE_TIMEOUT}.
     *
     * @return the value
     */
    public Duration closeTimeout() {
        return (Duration) value(Variable.BEHAVIOR_CLOSE_TIMEOUT);
    }

    /**
     * How often the loop purges, packs and verifies a sample; ISO-8601, or {@code none} for never, PT1H unless said. {@code
     * BEHAVIOR_MAINTENANCE_INTERVAL}.
     *
     * @return the span, or empty for never
     */
    public Optional<Duration> maintenanceInterval() {
        return ((Optional<?>) value(Variable.BEHAVIOR_MAINTENANCE_INTERVAL)).map(Duration.class::cast);
    }

    /**
     * How long skips, and actions that were done or cancelled, are kept; firings and dead letters stay. ISO-8601, or {@code none} for
     * ever, PT720H (30 days) unless said. {@code BEHAVIOR_FACT_RETENTION}.
     *
     * @return the span, or empty for ever
     */
    public Optional<Duration> factRetention() {
        return ((Optional<?>) value(Variable.BEHAVIOR_FACT_RETENTION)).map(Duration.class::cast);
    }

    /**
     * How many skips maintenance keeps, the newest; 100000 unless said. The in-memory store never keeps more than that. {@code
     * BEHAVIOR_SKIP_LIMIT}.
     *
     * @return the value
     */
    public long skipLimit() {
        return (Long) value(Variable.BEHAVIOR_SKIP_LIMIT);
    }

    /**
     * How many subjects the loop verifies in one round of maintenance, 0 for none; 10 unless said. {@code
     * BEHAVIOR_SELF_CHECK_SAMPLE}.
     *
     * @return the value
     */
    public int selfCheckSample() {
        return Math.toIntExact((Long) value(Variable.BEHAVIOR_SELF_CHECK_SAMPLE));
    }

    /**
     * Whose days count for a subject whose own zone is not known; UTC unless said. {@code BEHAVIOR_ZONE}.
     *
     * @return the value
     */
    public ZoneId zone() {
        return (ZoneId) value(Variable.BEHAVIOR_ZONE);
    }

    /**
     * The most events within one minute that a person brings about; more are told as an anomaly; 120 unless said. {@code
     * BEHAVIOR_BOT_RATE}.
     *
     * @return the value
     */
    public int botRate() {
        return Math.toIntExact((Long) value(Variable.BEHAVIOR_BOT_RATE));
    }

    /**
     * The most rules of one answer; 50 unless said. {@code PERSONALIZATION_MAX_RULES}.
     *
     * @return the value
     */
    public int personalizationMaxRules() {
        return Math.toIntExact((Long) value(Variable.PERSONALIZATION_MAX_RULES));
    }

    /**
     * How long an answer is cached; milliseconds, 300000 unless said. {@code PERSONALIZATION_CACHE_TTL}.
     *
     * @return the value
     */
    public Duration personalizationCacheTtl() {
        return (Duration) value(Variable.PERSONALIZATION_CACHE_TTL);
    }

    /**
     * How long an experiment runs; days, 14 unless said. {@code EXPERIMENT_DEFAULT_DURATION}.
     *
     * @return the value
     */
    public Duration experimentDefaultDuration() {
        return (Duration) value(Variable.EXPERIMENT_DEFAULT_DURATION);
    }

    /**
     * The fewest users of an arm before results are judged; 100 unless said. {@code EXPERIMENT_MIN_SAMPLE_SIZE}.
     *
     * @return the value
     */
    public int experimentMinSampleSize() {
        return Math.toIntExact((Long) value(Variable.EXPERIMENT_MIN_SAMPLE_SIZE));
    }

    /**
     * The part of all users that is in no experiment; basis points, 0 unless said. {@code EXPERIMENT_HOLDOUT}.
     *
     * @return the value
     */
    public int experimentHoldout() {
        return Math.toIntExact((Long) value(Variable.EXPERIMENT_HOLDOUT));
    }

    /**
     * The significance level, above 0 and at most 0.5; 0.05 unless said. {@code EXPERIMENT_SIGNIFICANCE_LEVEL}.
     *
     * @return the value
     */
    public double experimentSignificanceLevel() {
        return (Double) value(Variable.EXPERIMENT_SIGNIFICANCE_LEVEL);
    }

    /**
     * The most actions begun in a minute by all hosts (S22); 1000 unless said. {@code TRIGGER_MAX_EXECUTION_RATE}.
     *
     * @return the value
     */
    public int triggerMaxExecutionRate() {
        return Math.toIntExact((Long) value(Variable.TRIGGER_MAX_EXECUTION_RATE));
    }

    /**
     * The cooldown of a trigger that names none; minutes, 1440 unless said. {@code TRIGGER_DEFAULT_COOLDOWN}.
     *
     * @return the value
     */
    public Duration triggerDefaultCooldown() {
        return (Duration) value(Variable.TRIGGER_DEFAULT_COOLDOWN);
    }

    /**
     * How old a late event may be and still fire a trigger (S18); ISO-8601, PT1H unless said. {@code TRIGGER_MAX_EVENT_AGE}.
     *
     * @return the value
     */
    public Duration triggerMaxEventAge() {
        return (Duration) value(Variable.TRIGGER_MAX_EVENT_AGE);
    }

    /**
     * How late a timer may be and still fire a trigger (S18); ISO-8601, PT24H unless said. {@code TRIGGER_MAX_LATENESS}.
     *
     * @return the value
     */
    public Duration triggerMaxLateness() {
        return (Duration) value(Variable.TRIGGER_MAX_LATENESS);
    }

    /**
     * The most actions that reach one subject in a stretch of time, those of all triggers together (S20): actions that have a {@link
     * io.behavioranalytics.trigger.Channel}. Caps with commas between, as {@code 5/day,email:3/P7D}; {@code none} unless said. {@code
     * TRIGGER_CAPS}.
     *
     * @return the caps
     */
    public List<Cap> triggerCaps() {
        return ((List<?>) value(Variable.TRIGGER_CAPS))
                .stream().map(Cap.class::cast).toList();
    }

    /**
     * The quiet hours of triggers that name none, in the lead's zone (S21), as {@code 22:00-08:00}; {@code none} unless said. {@code
     * TRIGGER_QUIET_HOURS}.
     *
     * @return the hours, {@link QuietHours#NONE} for none
     */
    public QuietHours triggerQuietHours() {
        return (QuietHours) value(Variable.TRIGGER_QUIET_HOURS);
    }

    /**
     * How long one attempt may take before it is interrupted; ISO-8601, PT30S unless said. {@code ACTION_DEADLINE}.
     *
     * @return the value
     */
    public Duration actionDeadline() {
        return (Duration) value(Variable.ACTION_DEADLINE);
    }

    /**
     * How long a claimed action or timer stays with a host that has fallen silent; ISO-8601, PT30S unless said. {@code ACTION_LEASE}.
     *
     * @return the value
     */
    public Duration actionLease() {
        return (Duration) value(Variable.ACTION_LEASE);
    }

    /**
     * The most attempts before an action becomes a dead letter; 10 unless said. {@code ACTION_MAX_ATTEMPTS}.
     *
     * @return the value
     */
    public int actionMaxAttempts() {
        return Math.toIntExact((Long) value(Variable.ACTION_MAX_ATTEMPTS));
    }

    /**
     * The wait after the first failed attempt; doubles each time up to 15 minutes, give or take 20 %; ISO-8601, PT1S unless said. {@code ACTION_BACKOFF}.
     *
     * @return the value
     */
    public Duration actionBackoff() {
        return (Duration) value(Variable.ACTION_BACKOFF);
    }

    /**
     * The most attempts of one executor at a time; 4 unless said. {@code ACTION_THREADS}.
     *
     * @return the value
     */
    public int actionThreads() {
        return Math.toIntExact((Long) value(Variable.ACTION_THREADS));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return "Settings" + values;
    }
}
