package io.behavioranalytics.store;

import java.util.Locale;
import java.util.UUID;

/**
 * One version of a definition, as a store keeps it: an envelope around its JSON.
 *
 * @param kind what it defines
 * @param id its identity
 * @param key its slug, unique among the definitions of one kind that are not deleted
 * @param version 1 for the first
 * @param deleted true if this version deletes it
 * @param json the definition
 */
public record DefinitionRecord(Kind kind, UUID id, String key, long version, boolean deleted, String json) {
    /** The kinds of definition, by their names. */
    public enum Kind {
        /** An experiment. */
        EXPERIMENT,
        /** Which versions of segments answer while newer ones are calculated: one record for all of them. */
        ROLLOUT,
        /** A segment. */
        SEGMENT,
        /** A trigger. */
        TRIGGER;

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Whether decisions on subjects read definitions of this kind, so that everybody is decided again when one is saved.
         *
         * @return false for experiments: they are asked when somebody is assigned
         */
        public boolean decides() {
            return this != EXPERIMENT;
        }
    }
}
