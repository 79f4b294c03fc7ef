package io.behavioranalytics.decision;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentEvaluator;
import io.behavioranalytics.segment.SequenceMatcher;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Channel;
import io.behavioranalytics.trigger.Moderation;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All definitions of one version, compiled. Immutable and thread-safe. */
public final class Plan {
    /** The order in which triggers fire within one decision: higher priority, then lower id. */
    static final Comparator<CompiledTrigger> FIRING_ORDER = Comparator.comparing(
                    CompiledTrigger::trigger,
                    Comparator.comparingInt(Trigger::priority).reversed())
            .thenComparing(compiled -> compiled.trigger().id());

    private final long version;
    private final DecisionSettings settings;
    private final SegmentVersions versions;
    private final SegmentEvaluator evaluator;
    private final Map<UUID, CompiledTrigger> triggers = new HashMap<>();
    private final Map<EventType, List<CompiledTrigger>> onEvent = new HashMap<>();
    private final List<List<CompiledTrigger>> onEntered = new ArrayList<>();
    private final List<List<CompiledTrigger>> onExited = new ArrayList<>();
    private final List<AbsenceRule> absences = new ArrayList<>();
    private final List<SequenceRule> sequences = new ArrayList<>();
    private final List<Watches.Threshold> thresholds = new ArrayList<>();
    private final List<CompiledTrigger> onPattern = new ArrayList<>();
    private final boolean asksForZone;
    private final long capReach;
    private final long longestWait;
    private final int[] behavioral;
    private final long shape;

    private Plan(long version, SegmentVersions versions, List<Trigger> triggerList, DecisionSettings settings) {
        this.version = version;
        this.settings = settings;
        this.versions = versions;
        List<Segment> live = versions.segments();
        this.evaluator = SegmentEvaluator.compile(live);
        this.behavioral = IntStream.range(0, live.size())
                .filter(place -> live.get(place).isBehavioral())
                .toArray();
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < live.size(); i++) {
            if (!versions.isApart(i)) {
                places.put(live.get(i).key(), i);
                places.put(live.get(i).id().toString(), i);
            }
            onEntered.add(new ArrayList<>());
            onExited.add(new ArrayList<>());
        }
        List<Violation> violations = new ArrayList<>();
        List<CompiledTrigger> compiled = new ArrayList<>();
        for (Trigger trigger : triggerList) {
            compiled.add(compile(trigger, places, violations));
        }
        List<Cap> caps = new ArrayList<>(settings.caps());
        boolean zone = !settings.quietHours().equals(QuietHours.NONE);
        for (CompiledTrigger trigger : compiled) {
            caps.addAll(trigger.trigger().moderation().caps());
            zone |= !trigger.quietHours().equals(QuietHours.NONE);
        }
        this.asksForZone = zone || caps.stream().anyMatch(cap -> cap.calendar() != null);
        this.capReach =
                caps.stream().mapToLong(cap -> micros(cap.reach())).max().orElse(0);
        compiled.sort(FIRING_ORDER);
        for (CompiledTrigger trigger : compiled) {
            triggers.put(trigger.trigger().id(), trigger);
            if (trigger.isActive()) {
                register(trigger, places, violations);
            }
        }
        if (!violations.isEmpty()) {
            throw new InvalidDefinitionException(violations);
        }
        thresholds.sort(
                Comparator.comparing(threshold -> threshold.trigger().trigger().id()));
        absences.sort(Comparator.comparing(rule -> rule.trigger().trigger().id()));
        sequences.sort(Comparator.comparing(rule -> rule.trigger().trigger().id()));
        this.longestWait =
                sequences.stream().mapToLong(SequenceRule::within).max().orElse(0);
        this.shape = hash(SubjectFold.FORMAT + "|" + evaluator.describe()
                + settings.scoring().fingerprint()
                + describe(settings.retention())
                + absences.stream().map(AbsenceRule::describe).toList()
                + (sequences.isEmpty()
                        ? ""
                        : sequences.stream().map(SequenceRule::describe).toList())
                + (asksForZone ? "|zone" : "")
                + (onPattern.isEmpty() ? "" : "|pattern")
                + (thresholds.isEmpty()
                        ? ""
                        : thresholds.stream().map(Watches.Threshold::describe).toList()));
    }

    /**
     * Compiles definitions.
     *
     * @param version the version of all definitions together
     * @param segments validated segments of any status; only active ones are evaluated
     * @param triggers validated triggers of any status; only active ones fire
     * @param settings what else decisions depend on
     * @return the plan
     * @throws InvalidDefinitionException if a definition does not compile
     */
    public static Plan compile(
            long version, List<Segment> segments, List<Trigger> triggers, DecisionSettings settings) {
        return compile(version, segments, Rollout.NONE, triggers, settings);
    }

    /**
     * Compiles definitions some of which are being calculated.
     *
     * @param version the version of all definitions together
     * @param segments the newest version of each segment, validated, of any status
     * @param rollout which versions answer meanwhile; the newest are evaluated beside them
     * @param triggers validated triggers of any status; only active ones fire
     * @param settings what else decisions depend on
     * @return the plan
     * @throws InvalidDefinitionException if a definition does not compile
     */
    public static Plan compile(
            long version, List<Segment> segments, Rollout rollout, List<Trigger> triggers, DecisionSettings settings) {
        return new Plan(version, SegmentVersions.of(segments, rollout), triggers, settings);
    }

    private CompiledTrigger compile(Trigger trigger, Map<String, Integer> places, List<Violation> violations) {
        BitSet targets = new BitSet();
        boolean everybody = trigger.targetSegments().isEmpty();
        for (String target : trigger.targetSegments()) {
            Integer place = places.get(target);
            if (target.equals(Segment.ALL_VISITORS)) {
                everybody = true;
            } else if (place != null) {
                targets.set(place);
            }
        }
        Moderation rules = trigger.moderation();
        return new CompiledTrigger(
                trigger,
                compile(trigger.conditions(), Scope.CAUSE, trigger.key(), violations),
                everybody,
                targets,
                Set.copyOf(trigger.cancelOn()),
                Micros.of(trigger.activeFrom()),
                rules.startDate() == null ? Micros.ALWAYS : Micros.of(rules.startDate()),
                rules.endDate() == null ? Micros.NEVER : Micros.of(rules.endDate()),
                rules.quietHours() == null ? settings.quietHours() : rules.quietHours(),
                Stream.concat(
                                rules.caps().stream().map(cap -> new Reservations.Rule(cap, trigger.id())),
                                settings.caps().stream().map(cap -> new Reservations.Rule(cap, null)))
                        .toList());
    }

    private static List<CompiledCondition> compile(
            List<Condition> conditions, Scope scope, String path, List<Violation> violations) {
        List<CompiledCondition> compiled = new ArrayList<>();
        for (Condition condition : conditions) {
            compiled.add(CompiledCondition.compile(condition, scope, path, violations));
        }
        return List.copyOf(compiled);
    }

    private void register(CompiledTrigger trigger, Map<String, Integer> places, List<Violation> violations) {
        TriggerEvent event = trigger.trigger().event();
        if (event instanceof TriggerEvent.Happened happened) {
            onEvent.computeIfAbsent(happened.eventType(), type -> new ArrayList<>())
                    .add(trigger);
        } else if (event instanceof TriggerEvent.SegmentEntered entered) {
            register(trigger, onEntered, entered.segment(), places);
        } else if (event instanceof TriggerEvent.SegmentExited exited) {
            register(trigger, onExited, exited.segment(), places);
        } else if (event instanceof TriggerEvent.PatternChanged) {
            onPattern.add(trigger);
        } else if (event instanceof TriggerEvent.ScoreCrossed crossed) {
            thresholds.add(Watches.Threshold.of(trigger, crossed));
        } else if (event instanceof TriggerEvent.Inactivity inactivity) {
            absences.add(new InactivityRule(
                    trigger,
                    inactivity.after(),
                    compile(
                            inactivity.afterConditions(),
                            Scope.EVENT,
                            trigger.trigger().key(),
                            violations),
                    Set.copyOf(inactivity.unless()),
                    micros(inactivity.within())));
        } else if (event instanceof TriggerEvent.Sequence sequence) {
            SequenceRule rule = SequenceRule.of(
                    trigger,
                    SequenceMatcher.compile(
                            sequence.pattern(), trigger.trigger().key(), violations));
            sequences.add(rule);
            if (rule.waits()) {
                absences.add(rule);
            }
        }
    }

    private void register(
            CompiledTrigger trigger,
            List<List<CompiledTrigger>> lists,
            @Nullable String segment,
            Map<String, Integer> places) {
        if (segment == null) {
            for (int i = 0; i < lists.size(); i++) {
                if (!versions.isApart(i)) {
                    lists.get(i).add(trigger);
                }
            }
            return;
        }
        Integer place = places.get(segment);
        if (place != null) {
            lists.get(place).add(trigger);
        }
    }

    static long micros(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
    }

    /** The retention in an order that does not change from one process to the next. */
    private static String describe(Retention retention) {
        return retention.byDefault() + "|" + new TreeMap<>(retention.byType()) + "|"
                + new TreeMap<>(retention.byCategory());
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The version of the definitions.
     *
     * @return as given
     */
    public long version() {
        return version;
    }

    /**
     * What else decisions depend on.
     *
     * @return as given
     */
    public DecisionSettings settings() {
        return settings;
    }

    /**
     * The segments that are evaluated, each behind all that it refers to: those that answer, and apart from them those that are being
     * calculated or recorded.
     *
     * @return the active segments
     */
    public List<Segment> segments() {
        return evaluator.segments();
    }

    /** Which versions of segments are evaluated at which place. */
    SegmentVersions versions() {
        return versions;
    }

    /**
     * Tells whether an action that is due has to be asked about before it is begun: whether its trigger is unknown or switched off, may
     * let it expire, has quiet hours, or conditions to be checked then.
     *
     * @param action the action
     * @return false if nothing can keep it from being begun
     */
    public boolean asksBeforeRelease(ScheduledAction action) {
        CompiledTrigger trigger = triggers.get(action.triggerId());
        if (trigger == null || !trigger.isActive()) {
            return true;
        }
        Moderation rules = trigger.trigger().moderation();
        return rules.recheck().atExecution()
                || rules.endDate() != null
                || rules.expiresAt() != null
                || rules.expiresAfter() != null
                || (!trigger.quietHours().equals(QuietHours.NONE) && !Channel.isCoreEffect(action.action()));
    }

    /**
     * Tells whether a trigger is known and fires.
     *
     * @param triggerId which
     * @return true if so
     */
    public boolean isActive(UUID triggerId) {
        CompiledTrigger trigger = triggers.get(triggerId);
        return trigger != null && trigger.isActive();
    }

    /** The places of behavioral segments, in order; not to be changed. */
    int[] behavioral() {
        return behavioral;
    }

    SegmentEvaluator evaluator() {
        return evaluator;
    }

    /** A hash that is equal for plans whose accumulators are alike, so that a new trigger re-folds nobody. */
    long shape() {
        return shape;
    }

    /** The thresholds that triggers watch, in the order of the triggers' ids. */
    List<Watches.Threshold> thresholds() {
        return thresholds;
    }

    List<CompiledTrigger> onPattern() {
        return onPattern;
    }

    boolean watchesPattern() {
        return !onPattern.isEmpty();
    }

    boolean isWatching() {
        return watchesPattern() || !thresholds.isEmpty();
    }

    /** Whether some definition asks for the zone in which a subject lives. */
    boolean asksForZone() {
        return asksForZone;
    }

    /** How far back an action may count together with one that is planned now or later, microseconds. */
    long capReach() {
        return capReach;
    }

    List<AbsenceRule> absences() {
        return absences;
    }

    /** What sequence triggers wait for, in the order of the triggers' ids. */
    List<SequenceRule> sequences() {
        return sequences;
    }

    /** The longest time for which the event of a negated last step has to stay away, microseconds. */
    long longestWait() {
        return longestWait;
    }

    List<CompiledTrigger> onEvent(EventType type) {
        return onEvent.getOrDefault(type, List.of());
    }

    List<CompiledTrigger> onMembership(int segment, boolean entered) {
        return (entered ? onEntered : onExited).get(segment);
    }

    @Nullable
    CompiledTrigger trigger(UUID id) {
        return triggers.get(id);
    }
}
