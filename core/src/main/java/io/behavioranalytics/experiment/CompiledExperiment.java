package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Assignment.Choice;
import io.behavioranalytics.profile.Profile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An experiment made ready to assign: pure, without locks, and for most subjects a look-up, a hash and one object. Immutable and
 * thread-safe.
 */
final class CompiledExperiment {
    static final String ALL_VISITORS = "all-visitors";
    private static final String HOLDOUT_SEED = "__holdout";
    private static final int BUCKETS_OF_VERSION_1 = 1_000;
    private static final int HOLDOUT_STATE = Bucketing.seedState(HOLDOUT_SEED);

    /** A band, or the users of none. */
    private static final class Ready {
        private final @Nullable String segment;
        private final List<CompiledCondition> conditions;
        private final VariantTable table;
        private final Choice[] choices;

        Ready(@Nullable String segment, List<CompiledCondition> conditions, VariantTable table, List<Choice> choices) {
            this.segment = segment;
            this.conditions = conditions;
            this.table = table;
            this.choices = choices.toArray(new Choice[0]);
        }
    }

    private final Experiment experiment;
    private final int holdout;
    private final Map<String, Variant> forced;
    private final boolean targeted;
    private final List<String> targets;
    private final List<CompiledCondition> conditions;
    private final List<Ready> bands;
    private final @Nullable Ready others;
    private final boolean remembers;
    private final boolean asked;
    private final boolean running;
    private final boolean version1;
    private final @Nullable ExclusionGroup group;
    private final int seedState;
    private final String seed;
    private final long startMicros;
    private final long endMicros;
    private final Choice held;
    private final Choice outside;
    private final Choice excluded;

    /**
     * Makes an experiment ready.
     *
     * @param experiment without faults
     * @param holdout the part of all users that is in no experiment, in basis points
     * @param keys the key of the segment that a reference names
     */
    CompiledExperiment(Experiment experiment, int holdout, UnaryOperator<String> keys) {
        this.experiment = experiment;
        this.holdout = holdout;
        ExperimentDraft draft = experiment.definition();
        Map<String, Variant> byId = new HashMap<>();
        draft.forced().forEach((subject, variant) -> draft.variant(variant).ifPresent(v -> byId.put(subject, v)));
        forced = Map.copyOf(byId);
        targets = draft.targetSegments().stream().map(keys).toList();
        targeted = !targets.isEmpty() && !targets.contains(ALL_VISITORS);
        conditions = compile(draft.conditions(), Scope.ASSIGNMENT);
        seed = experiment.seed();
        seedState = Bucketing.seedState(seed);
        startMicros = experiment.startsAt() == null ? Micros.NEVER : Micros.of(experiment.startsAt());
        endMicros = experiment.endsAt() == null ? Micros.NEVER : Micros.of(experiment.endsAt());
        held = none(AssignmentReason.HOLDOUT, null);
        outside = none(AssignmentReason.TRAFFIC, null);
        running = draft.status() == Experiment.Status.RUNNING;
        version1 = draft.hashVersion() == 1;
        group = draft.exclusionGroup();
        excluded = none(AssignmentReason.EXCLUSION_GROUP, group == null ? null : group.name());
        if (!experiment.isStarted()) {
            bands = List.of();
            others = null;
            remembers = false;
            asked = false;
            return;
        }
        Phase phase = experiment.phase();
        List<Ready> ready = new ArrayList<>();
        for (int i = 0; i < phase.bands().size(); i++) {
            Band band = phase.bands().get(i);
            String segment = band.segment() == null ? null : keys.apply(band.segment());
            ready.add(new Ready(
                    segment, compile(band.conditions(), Scope.PROFILE), table(phase.weights(i)), choices(phase, i)));
        }
        bands = List.copyOf(ready);
        others = new Ready(null, List.of(), table(phase.weights()), choices(phase, -1));
        asked = targeted || !conditions.isEmpty() || !bands.isEmpty();
        // Where nothing but the hash decides and nothing changed, an exposure says what the hash says.
        remembers = experiment.phases().size() > 1 || asked;
    }

    private static List<CompiledCondition> compile(List<Condition> conditions, Scope scope) {
        List<CompiledCondition> compiled = new ArrayList<>();
        conditions.forEach(
                condition -> compiled.add(CompiledCondition.compile(condition, scope, "", new ArrayList<>())));
        return List.copyOf(compiled);
    }

    private VariantTable table(Map<String, Integer> weights) {
        ExperimentDraft draft = experiment.definition();
        return VariantTable.of(buckets(), draft.allocation().total(), draft.variants(), weights);
    }

    private int buckets() {
        return experiment.definition().hashVersion() == 1 ? BUCKETS_OF_VERSION_1 : Bucketing.BUCKETS;
    }

    private List<Choice> choices(Phase phase, int band) {
        List<Choice> choices = new ArrayList<>();
        for (Variant variant : experiment.definition().variants()) {
            choices.add(choice(variant, phase, band, AssignmentReason.BUCKETED, null));
        }
        return List.copyOf(choices);
    }

    private Choice choice(Variant variant, Phase phase, int band, AssignmentReason reason, @Nullable String detail) {
        return new Choice(
                experiment.id(),
                experiment.key(),
                experiment.version(),
                phase.bucketVersion(),
                phase.number(),
                band,
                variant,
                reason,
                detail);
    }

    private Choice none(AssignmentReason reason, @Nullable String detail) {
        return none(reason, experiment.definition().control(), detail);
    }

    private Choice none(AssignmentReason reason, Variant variant, @Nullable String detail) {
        Optional<Phase> phase = experiment.phases().isEmpty() ? Optional.empty() : Optional.of(experiment.phase());
        return new Choice(
                experiment.id(),
                experiment.key(),
                experiment.version(),
                phase.map(Phase::bucketVersion).orElse(0),
                phase.map(Phase::number).orElse(0),
                -1,
                variant,
                reason,
                detail);
    }

    Experiment experiment() {
        return experiment;
    }

    /** Whether it runs at an instant, by its status and dates. */
    boolean runsAt(long micros) {
        return running && micros >= startMicros && micros < endMicros;
    }

    /** Where an id stands in the global holdout; it is held out if the holdout reaches further. */
    static int holdoutPlace(String id) {
        return Bucketing.bucket(HOLDOUT_STATE, id);
    }

    Assignment assign(SubjectId.Kind kind, String id, long now, KnownSubject known) {
        if (!runsAt(now)) {
            return new Assignment(asleep(now), kind, id, -1);
        }
        if (!forced.isEmpty()) {
            Variant variant = forced.get(id);
            if (variant != null) {
                return new Assignment(
                        choice(variant, experiment.phase(), -1, AssignmentReason.FORCED, null), kind, id, -1);
            }
        }
        if (holdout > 0) {
            int place = holdoutPlace(id);
            if (place < holdout) {
                return new Assignment(held, kind, id, place);
            }
        }
        boolean wasSession = kind == SubjectId.Kind.LEAD && known.mayHaveSessions(experiment.id());
        if (remembers || wasSession) {
            Choice before = before(new SubjectId(kind, id), wasSession, known);
            if (before != null) {
                return new Assignment(before, kind, id, -1);
            }
        }
        if (group != null && !group.holds(id)) {
            return new Assignment(excluded, kind, id, -1);
        }
        Ready weights = others;
        if (asked) {
            Profile profile = known.profile(new SubjectId(kind, id));
            Choice refused = refusal(profile, known.attributes(), now);
            if (refused != null) {
                return new Assignment(refused, kind, id, -1);
            }
            weights = band(profile);
        }
        int bucket = version1 ? Bucketing.bucketOfVersion1(seed, id) : Bucketing.bucket(seedState, id);
        if (weights == null) {
            throw new IllegalStateException("an experiment that runs has a phase");
        }
        int variant = weights.table.variantOf(bucket);
        return new Assignment(variant < 0 ? outside : weights.choices[variant], kind, id, bucket);
    }

    /** The band that a subject would be in, -1 for none; empty if the targeting is not met. */
    OptionalInt bandOf(@Nullable Profile profile, long now) {
        if (refusal(profile, Map.of(), now) != null) {
            return OptionalInt.empty();
        }
        Ready ready = band(profile);
        return OptionalInt.of(ready == null ? -1 : bands.indexOf(ready));
    }

    /** Why nobody is assigned, and what everybody gets. */
    private Choice asleep(long now) {
        Experiment.Status status = experiment.definition().status();
        boolean over = status == Experiment.Status.COMPLETED || (experiment.isStarted() && now >= endMicros);
        if (over) {
            String winner = experiment.winner();
            Variant shown = winner == null
                    ? experiment.definition().control()
                    : experiment
                            .definition()
                            .variant(winner)
                            .orElse(experiment.definition().control());
            return none(AssignmentReason.COMPLETED, shown, "since " + experiment.endsAt());
        }
        return switch (status) {
            case DRAFT -> none(AssignmentReason.DRAFT, null);
            case PAUSED -> none(AssignmentReason.PAUSED, null);
            case RUNNING, COMPLETED -> none(AssignmentReason.NOT_STARTED, "from " + experiment.startsAt());
        };
    }

    /** What its exposures say; without an own one those of its sessions, which is what it saw before it was known. */
    private @Nullable Choice before(SubjectId subject, boolean wasSession, KnownSubject known) {
        Choice own = remembered(known.exposures(subject));
        return own == null && wasSession
                ? remembered(known.sessionExposures(
                        subject, experiment.phases().get(0).startedAt()))
                : own;
    }

    /** The variant of the first exposure under this bucket version; or that an older one keeps the subject out; else null. */
    private @Nullable Choice remembered(List<Exposure> exposures) {
        int current = experiment.phase().bucketVersion();
        Choice blocked = null;
        for (Exposure exposure : exposures) {
            if (!exposure.experimentId().equals(experiment.id())) {
                continue;
            }
            if (exposure.bucketVersion() == current) {
                Optional<Phase> phase = experiment.phase(exposure.phase());
                Optional<Variant> variant = experiment.definition().variant(exposure.variant());
                if (phase.isPresent() && variant.isPresent()) {
                    return choice(
                            variant.get(),
                            phase.get(),
                            exposure.band(),
                            AssignmentReason.STICKY,
                            "exposed at " + exposure.exposedAt());
                }
            } else if (exposure.bucketVersion() < experiment.minBucketVersion()) {
                blocked = none(
                        AssignmentReason.OLD_BUCKET_VERSION,
                        "exposed at " + exposure.exposedAt() + " under bucket version " + exposure.bucketVersion());
            }
        }
        return blocked;
    }

    private @Nullable Choice refusal(@Nullable Profile profile, Map<String, @Nullable Object> attributes, long now) {
        if (targeted && (profile == null || targets.stream().noneMatch(profile.segments()::contains))) {
            return none(AssignmentReason.TARGET_SEGMENT, String.join(", ", targets));
        }
        if (conditions.isEmpty()) {
            return null;
        }
        Attributes given = new Attributes(merged(profile, attributes), now);
        ProfileView view = profile == null ? null : new ProfileView(profile);
        for (int i = 0; i < conditions.size(); i++) {
            Truth truth = conditions.get(i).test(given, view);
            if (truth != Truth.TRUE) {
                return none(
                        truth == Truth.FALSE ? AssignmentReason.CONDITION : AssignmentReason.CONDITION_UNKNOWN,
                        experiment.definition().conditions().get(i).words());
            }
        }
        return null;
    }

    /** What the host says now stands over what it had set before. */
    private static Map<String, @Nullable Object> merged(
            @Nullable Profile profile, Map<String, @Nullable Object> attributes) {
        if (profile == null || profile.attributes().isEmpty()) {
            return attributes;
        }
        Map<String, @Nullable Object> merged = new HashMap<>(profile.attributes());
        merged.putAll(attributes);
        return merged;
    }

    private @Nullable Ready band(@Nullable Profile profile) {
        if (bands.isEmpty()) {
            return others;
        }
        ProfileView view = profile == null ? null : new ProfileView(profile);
        for (Ready band : bands) {
            boolean holds = band.segment != null
                    ? band.segment.equals(ALL_VISITORS)
                            || (profile != null && profile.segments().contains(band.segment))
                    : band.conditions.stream().allMatch(condition -> condition.test(null, view) == Truth.TRUE);
            if (holds) {
                return band;
            }
        }
        return others;
    }
}
