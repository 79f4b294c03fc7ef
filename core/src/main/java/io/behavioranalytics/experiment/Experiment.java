package io.behavioranalytics.experiment;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Variants that are shown to users by chance, and what is measured then; each change makes a new version.
 *
 * @param id the identity
 * @param key the unique slug of the name
 * @param version 1 for the first, one more with each change
 * @param definition what its author said, with its key
 * @param phases the stretches of different weights, oldest first; empty before it was started
 * @param minBucketVersion who was exposed under an older bucket version is not in it any more; 0 for nobody
 * @param startsAt when users are assigned from, or null before it was started
 * @param endsAt when it ends, excluded, or null before it was started
 * @param winner the id of the variant that everybody gets after it was completed, or null for the control
 * @param createdAt when the first version was saved
 * @param updatedAt when this version was saved
 */
public record Experiment(
        UUID id,
        String key,
        long version,
        ExperimentDraft definition,
        List<Phase> phases,
        int minBucketVersion,
        @Nullable Instant startsAt,
        @Nullable Instant endsAt,
        @Nullable String winner,
        Instant createdAt,
        Instant updatedAt) {
    /** What is varied. */
    public enum Type {
        /** Texts and pictures. */
        CONTENT,
        /** Where they stand. */
        LAYOUT,
        /** What is offered. */
        OFFER,
        /** What is sent. */
        MESSAGE,
        /** The way through several pages. */
        FLOW;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }

        static Optional<Type> parse(String text) {
            for (Type type : values()) {
                if (type.json.equals(text) || type.name().equals(text)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /** Where the life of an experiment stands. */
    public enum Status {
        /** Being written; nobody is in it. */
        DRAFT,
        /** Users are assigned, from its start to its end. */
        RUNNING,
        /** Everybody gets the control, until it goes on. */
        PAUSED,
        /** Over for good. */
        COMPLETED;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }

        static Optional<Status> parse(String text) {
            for (Status status : values()) {
                if (status.json.equals(text) || status.name().equals(text)) {
                    return Optional.of(status);
                }
            }
            return Optional.empty();
        }
    }

    /** Copies the phases. */
    public Experiment {
        phases = List.copyOf(phases);
    }

    /**
     * Where its life stands at an instant: one that runs is completed from its end on.
     *
     * @param now the instant
     * @return the status
     */
    public Status statusAt(Instant now) {
        return definition.status() != Status.DRAFT && endsAt != null && !now.isBefore(endsAt)
                ? Status.COMPLETED
                : definition.status();
    }

    /**
     * Whether it was ever started.
     *
     * @return true if it has a phase
     */
    public boolean isStarted() {
        return !phases.isEmpty();
    }

    /**
     * The phase that new users come into.
     *
     * @return the last one
     * @throws IllegalStateException if it was never started
     */
    public Phase phase() {
        if (phases.isEmpty()) {
            throw new IllegalStateException("experiment '" + key + "' was never started");
        }
        return phases.get(phases.size() - 1);
    }

    /**
     * A phase by its number.
     *
     * @param number from 1 on
     * @return the phase, or empty if there is none of that number
     */
    public Optional<Phase> phase(int number) {
        return number >= 1 && number <= phases.size() ? Optional.of(phases.get(number - 1)) : Optional.empty();
    }

    /**
     * What the hash begins with in the newest phase.
     *
     * @return the seed given, else the key; behind a re-randomising with {@code -} and the bucket version
     */
    public String seed() {
        String given = definition.seed() == null ? key : definition.seed();
        int bucketVersion = phases.isEmpty() ? 0 : phase().bucketVersion();
        return bucketVersion == 0 ? given : given + "-" + bucketVersion;
    }
}
