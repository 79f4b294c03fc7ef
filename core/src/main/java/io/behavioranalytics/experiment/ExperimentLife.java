package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.Experiment.Status;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How one version of an experiment follows another: which steps of its life there are, and when a change opens a new phase (S29).
 * Pure.
 */
public final class ExperimentLife {
    private final Duration defaultDuration;

    /**
     * Makes the rules.
     *
     * @param defaultDuration how long an experiment runs that does not say when it ends
     */
    public ExperimentLife(Duration defaultDuration) {
        this.defaultDuration = defaultDuration;
    }

    /**
     * What is wrong with a draft as the next version, beside what is wrong with it by itself.
     *
     * @param old the version before, or null for the first one
     * @param draft the draft
     * @param now the decision instant
     * @return the violations, empty if it may follow
     */
    public List<Violation> violations(@Nullable Experiment old, ExperimentDraft draft, Instant now) {
        List<Violation> out = new ArrayList<>();
        Status before = old == null ? Status.DRAFT : old.statusAt(now);
        Status after = draft.status();
        if (before == Status.COMPLETED) {
            refuse(out, "status", "STATE", "the experiment is completed, which is for good: copy it under another key");
            return out;
        }
        boolean possible = switch (after) {
            case DRAFT -> before == Status.DRAFT;
            case RUNNING -> true;
            case PAUSED, COMPLETED -> before == Status.RUNNING || before == Status.PAUSED;
        };
        if (!possible) {
            refuse(
                    out,
                    "status",
                    "STATE",
                    "an experiment goes from draft to running, from running to paused or completed, and from paused "
                            + "to running or completed, not from " + before.json() + " to " + after.json());
        }
        Instant end = draft.endDate();
        Instant start = old != null && old.isStarted() ? old.startsAt() : startsAt(draft, now);
        if (after == Status.RUNNING && end != null && !end.isAfter(now)) {
            refuse(out, "endDate", "TIME", "lies in the past: nobody would be assigned");
        } else if (end != null && start != null && !end.isAfter(start)) {
            refuse(out, "endDate", "TIME", "must lie behind the start");
        }
        if (old != null && old.isStarted()) {
            started(old, draft, out);
        }
        return out;
    }

    /** What stays as it is from the start on, so that nobody changes the variant and exposures still mean something. */
    private static void started(Experiment old, ExperimentDraft draft, List<Violation> out) {
        ExperimentDraft before = old.definition();
        if (draft.key() != null && !draft.key().equals(old.key())) {
            refuse(out, "key", "STATE", "stays as it is once the experiment was started");
        }
        if (draft.hashVersion() != before.hashVersion()) {
            refuse(out, "hashVersion", "STATE", "stays as it is once the experiment was started");
        }
        if (!Objects.equals(draft.seed(), before.seed())) {
            refuse(out, "seed", "STATE", "stays as it is once the experiment was started; re-randomise by reseed");
        }
        if (!Objects.equals(draft.startDate(), before.startDate())) {
            refuse(out, "startDate", "STATE", "stays as it is once the experiment was started");
        }
        for (Variant variant : before.variants()) {
            Variant now = draft.variant(variant.id()).orElse(null);
            String shown = SafeText.escape(variant.id(), 64);
            if (now == null) {
                refuse(
                        out,
                        "variants",
                        "STATE",
                        "variant '" + shown + "' must stay, users may have seen it: give it a weight of 0");
            } else if (now.isControl() != variant.isControl()) {
                refuse(out, "variants", "STATE", "the control stays the control, and '" + shown + "' what it is");
            }
        }
    }

    private static Instant startsAt(ExperimentDraft draft, Instant now) {
        Instant given = draft.startDate();
        return given == null || given.isBefore(now) ? now : given;
    }

    /**
     * Makes the first version.
     *
     * @param id the identity
     * @param draft a draft without faults
     * @param now the decision instant
     * @return the experiment
     */
    public Experiment first(UUID id, ExperimentDraft draft, Instant now) {
        ExperimentDraft keyed = draft.toBuilder().key(draft.resolvedKey()).build();
        Experiment written =
                new Experiment(id, draft.resolvedKey(), 1, keyed, List.of(), 0, null, null, null, now, now);
        return draft.status() == Status.RUNNING ? started(written, keyed, 1, now) : written;
    }

    /**
     * Makes the next version. A change of weights, targeting, exclusion group, or of what a variant shows opens a new phase of an
     * experiment that was started, and so does less traffic; more traffic does not.
     *
     * @param old the version before
     * @param draft a draft without faults, see {@link #violations}; without a key it keeps its own
     * @param now the decision instant
     * @return the experiment
     */
    public Experiment next(Experiment old, ExperimentDraft draft, Instant now) {
        String key = draft.key() == null ? old.key() : draft.key();
        ExperimentDraft keyed = draft.toBuilder().key(key).build();
        long version = old.version() + 1;
        if (!old.isStarted()) {
            Experiment written =
                    new Experiment(old.id(), key, version, keyed, List.of(), 0, null, null, null, old.createdAt(), now);
            return draft.status() == Status.RUNNING ? started(written, keyed, version, now) : written;
        }
        List<Phase> phases = new ArrayList<>(old.phases());
        if (opensPhase(old.definition(), keyed)) {
            phases.add(phase(phases.size() + 1, old.phase().bucketVersion(), keyed, now));
        }
        Instant end = keyed.endDate();
        if (end == null) {
            // Whoever takes the date back gets the default, counted from the start.
            end = old.definition().endDate() == null
                    ? old.endsAt()
                    : Objects.requireNonNull(old.startsAt()).plus(defaultDuration);
        }
        if (keyed.status() == Status.COMPLETED && (end == null || end.isAfter(now))) {
            end = now;
        }
        return new Experiment(
                old.id(),
                key,
                version,
                keyed,
                phases,
                old.minBucketVersion(),
                old.startsAt(),
                end,
                old.winner(),
                old.createdAt(),
                now);
    }

    private Experiment started(Experiment written, ExperimentDraft draft, long version, Instant now) {
        Instant start = startsAt(draft, now);
        Instant end = draft.endDate() == null ? start.plus(defaultDuration) : draft.endDate();
        return new Experiment(
                written.id(),
                written.key(),
                version,
                draft,
                List.of(phase(1, 0, draft, start)),
                0,
                start,
                end,
                null,
                written.createdAt(),
                now);
    }

    private static Phase phase(int number, int bucketVersion, ExperimentDraft draft, Instant at) {
        return new Phase(
                number, at, bucketVersion, weights(draft), draft.allocation().bands());
    }

    private static Map<String, Integer> weights(ExperimentDraft draft) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        draft.variants().forEach(variant -> weights.put(variant.id(), variant.weight()));
        return weights;
    }

    /** Whether users of the two would not be alike. */
    static boolean opensPhase(ExperimentDraft old, ExperimentDraft draft) {
        return draft.allocation().total() < old.allocation().total()
                || draft.allocation().method() != old.allocation().method()
                || !draft.allocation().bands().equals(old.allocation().bands())
                || !draft.targetSegments().equals(old.targetSegments())
                || !draft.conditions().equals(old.conditions())
                || !Objects.equals(draft.exclusionGroup(), old.exclusionGroup())
                || !shown(draft).equals(shown(old));
    }

    /** What decides who sees what. */
    private static List<List<Object>> shown(ExperimentDraft draft) {
        List<List<Object>> shown = new ArrayList<>();
        for (Variant variant : draft.variants()) {
            shown.add(List.of(variant.id(), variant.weight(), variant.content()));
        }
        return shown;
    }

    /**
     * Re-randomises: a new phase with a new seed. Who was exposed before is bucketed anew.
     *
     * @param old the version before, running or paused
     * @param excludeExposed true to take those out of the experiment who were exposed before, so that nothing is carried over
     * @param now the decision instant
     * @return the next version
     */
    public Experiment reseeded(Experiment old, boolean excludeExposed, Instant now) {
        int bucketVersion = old.phase().bucketVersion() + 1;
        List<Phase> phases = new ArrayList<>(old.phases());
        phases.add(phase(phases.size() + 1, bucketVersion, old.definition(), now));
        return new Experiment(
                old.id(),
                old.key(),
                old.version() + 1,
                old.definition(),
                phases,
                excludeExposed ? bucketVersion : old.minBucketVersion(),
                old.startsAt(),
                old.endsAt(),
                old.winner(),
                old.createdAt(),
                now);
    }

    /**
     * Opens a phase with other weights, which an adaptive experiment takes from its results; the definition stays.
     *
     * @param old the version before, running
     * @param weights basis points by variant id
     * @param now the decision instant
     * @return the next version
     */
    public Experiment rebalanced(Experiment old, Map<String, Integer> weights, Instant now) {
        List<Phase> phases = new ArrayList<>(old.phases());
        phases.add(new Phase(phases.size() + 1, now, old.phase().bucketVersion(), weights, List.of()));
        return new Experiment(
                old.id(),
                old.key(),
                old.version() + 1,
                old.definition(),
                phases,
                old.minBucketVersion(),
                old.startsAt(),
                old.endsAt(),
                old.winner(),
                old.createdAt(),
                now);
    }

    /**
     * Ends an experiment, now.
     *
     * @param old the version before, running or paused
     * @param winner the id of the variant that everybody gets from now on, or null for the control
     * @param now the decision instant
     * @return the next version
     */
    public Experiment completed(Experiment old, @Nullable String winner, Instant now) {
        ExperimentDraft draft =
                old.definition().toBuilder().status(Status.COMPLETED).build();
        Instant end = old.endsAt() != null && old.endsAt().isBefore(now) ? old.endsAt() : now;
        return new Experiment(
                old.id(),
                old.key(),
                old.version() + 1,
                draft,
                old.phases(),
                old.minBucketVersion(),
                old.startsAt(),
                end,
                winner,
                old.createdAt(),
                now);
    }

    private static void refuse(List<Violation> out, String path, String code, String message) {
        out.add(new Violation(path, code, message));
    }
}
