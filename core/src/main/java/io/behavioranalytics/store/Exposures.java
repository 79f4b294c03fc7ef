package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Who was shown which variant of an experiment. Thread-safe. */
public interface Exposures {
    /**
     * What became of an exposure.
     *
     * @param first the first exposure of the subject to the experiment under the bucket version: this one or an earlier one
     * @param recorded whether it is this one, stored now
     */
    record Recorded(Exposure first, boolean recorded) {}

    /**
     * Stores exposures that are the first of their experiment, bucket version and subject, durably; whoever is first stays first. One
     * that finds another variant stored is kept as a crossover, the first of its variant. Repeating a call changes nothing more.
     *
     * @param exposures the exposures, judged in their order
     * @return what became of each, at the same place
     */
    List<Recorded> expose(List<Exposure> exposures);

    /**
     * Stores exposures as {@link #expose(List)} does, but within a transaction of the host's: they are durable, and others see them, once the
     * host commits it; if the host rolls it back they were never there. A store that joins no transaction of the host's refuses, which is what this
     * method does.
     *
     * @param exposures the exposures, judged in their order
     * @param transaction of the kind that the store knows, begun by the host, on the store's own database
     * @return what became of each, at the same place, if the host commits; an earlier call within the same transaction counts
     * @throws UnsupportedOperationException if the store joins no transaction of that kind
     * @throws IllegalArgumentException if nothing is begun there, or if it leads to another database
     * @throws StoreException if the storage failed; the host can do nothing but roll back
     */
    default List<Recorded> expose(List<Exposure> exposures, HostTransaction transaction) {
        throw new UnsupportedOperationException(
                "this store joins no transaction of the host's: expose without one, which is durable at once");
    }

    /**
     * The first exposures of subjects.
     *
     * @param subjects whose
     * @return by subject, those of all experiments and bucket versions, by experiment and bucket version; nothing for who has none
     */
    Map<SubjectId, List<Exposure>> exposuresOf(Collection<SubjectId> subjects);

    /**
     * Tells whether a session was exposed to an experiment under one bucket version, which costs as much however many leads were.
     *
     * @param experimentId the experiment
     * @param bucketVersion the bucket version
     * @return true if at least one was
     */
    boolean hasSessions(UUID experimentId, int bucketVersion);

    /**
     * Visits the first exposures to an experiment under one bucket version, in the order of the subjects, as of one instant. Others go on
     * meanwhile. The visitor may call the store, which may hold one connection for it until the end.
     *
     * @param experimentId the experiment
     * @param bucketVersion the bucket version
     * @param visitor called for each on the calling thread; false ends the visit
     */
    void visitExposures(UUID experimentId, int bucketVersion, Predicate<Exposure> visitor);

    /**
     * The crossovers of an experiment: the first exposures of a subject to a variant that is not the one of its first exposure.
     *
     * @param experimentId the experiment
     * @param bucketVersion the bucket version
     * @return in the order of the subjects, then of the variants' ids
     */
    List<Exposure> crossovers(UUID experimentId, int bucketVersion);
}
