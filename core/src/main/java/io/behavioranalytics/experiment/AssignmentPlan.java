package io.behavioranalytics.experiment;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.Profile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** All experiments of one version of the definitions, made ready to assign. Immutable, thread-safe, without locks. */
public final class AssignmentPlan {
    private final Map<String, CompiledExperiment> experiments;

    private AssignmentPlan(Map<String, CompiledExperiment> experiments) {
        this.experiments =
                new HashMap<>(experiments); // never changed; found without the division that Map.copyOf needs
    }

    /**
     * Makes experiments ready.
     *
     * @param experiments saved ones
     * @param holdout the part of all users that is in no experiment, in basis points, 0 to 10,000
     * @param segmentKeys the key of the segment that a reference names; the reference itself for an unknown one
     * @return the plan
     */
    public static AssignmentPlan compile(List<Experiment> experiments, int holdout, UnaryOperator<String> segmentKeys) {
        Map<String, CompiledExperiment> byName = new HashMap<>();
        for (Experiment experiment : experiments) {
            CompiledExperiment compiled = new CompiledExperiment(experiment, holdout, segmentKeys);
            byName.put(experiment.id().toString(), compiled);
            byName.put(experiment.key(), compiled);
        }
        return new AssignmentPlan(byName);
    }

    /**
     * Finds an experiment.
     *
     * @param keyOrId which
     * @return the version that assigns, or empty if there is none
     */
    public Optional<Experiment> experiment(String keyOrId) {
        return Optional.ofNullable(experiments.get(keyOrId)).map(CompiledExperiment::experiment);
    }

    /**
     * Assigns a subject: a function of what it is given. Nothing is stored.
     *
     * @param keyOrId which experiment
     * @param subject whom
     * @param nowMicros the decision instant, see {@link io.behavioranalytics.event.Micros}
     * @param known what is known of the subject, asked for where it matters
     * @return the assignment, or empty if there is no such experiment
     */
    public Optional<Assignment> assign(String keyOrId, SubjectId subject, long nowMicros, KnownSubject known) {
        return Optional.ofNullable(assign(keyOrId, subject.kind(), subject.value(), nowMicros, known));
    }

    /**
     * Assigns a lead by its id, for which no object is made where the hash alone decides.
     *
     * @param keyOrId which experiment
     * @param leadId the lead's id, not empty
     * @param nowMicros the decision instant, see {@link io.behavioranalytics.event.Micros}
     * @param known what is known of the lead, asked for where it matters
     * @return the assignment, or null if there is no such experiment
     */
    public @Nullable Assignment assignLead(String keyOrId, String leadId, long nowMicros, KnownSubject known) {
        return assign(keyOrId, SubjectId.Kind.LEAD, leadId, nowMicros, known);
    }

    private @Nullable Assignment assign(
            String keyOrId, SubjectId.Kind kind, String id, long nowMicros, KnownSubject known) {
        CompiledExperiment experiment = experiments.get(keyOrId);
        return experiment == null ? null : experiment.assign(kind, id, nowMicros, known);
    }

    /**
     * Whose weights a subject would have, if it meets the target segments and the conditions: what a plan of the experiment counts by. Attributes
     * are those of the profile alone.
     *
     * @param keyOrId which experiment
     * @param profile what is known of the subject, or null for nothing
     * @param nowMicros as of when, see {@link io.behavioranalytics.event.Micros}
     * @return the place of its band, -1 for none; empty if it does not meet the targeting, or there is no such experiment
     */
    public OptionalInt band(String keyOrId, @Nullable Profile profile, long nowMicros) {
        CompiledExperiment experiment = experiments.get(keyOrId);
        return experiment == null ? OptionalInt.empty() : experiment.bandOf(profile, nowMicros);
    }

    /**
     * Whether a subject is in the global holdout, by the hash of its id.
     *
     * @param subject whom
     * @param holdout the part of all users that is in no experiment, in basis points, 0 to 10,000
     * @return whether it is
     */
    public static boolean isHeldOut(SubjectId subject, int holdout) {
        return CompiledExperiment.holdoutPlace(subject.value()) < holdout;
    }
}
