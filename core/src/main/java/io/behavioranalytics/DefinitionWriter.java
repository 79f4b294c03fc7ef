package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Saves definitions: each change is made against the newest ones and saved if nobody was faster, else made anew; then the change is
 * in force here, and everybody is decided again in the background.
 */
final class DefinitionWriter {
    private static final int TRIES = 40;

    /**
     * What to save, and what to answer then.
     *
     * @param record what to save
     * @param rollout what must be written down before it
     * @param answer what the caller gets
     */
    record Change<T>(DefinitionRecord record, Rollout rollout, T answer) {}

    private final Store store;
    private final DefinitionsCache definitions;
    private final Recalculation recalculation;

    DefinitionWriter(Store store, DefinitionsCache definitions, Recalculation recalculation) {
        this.store = store;
        this.definitions = definitions;
        this.recalculation = recalculation;
    }

    /**
     * Makes a change.
     *
     * @param change from the newest definitions to what is to be saved; may refuse by an exception
     * @throws IllegalStateException if others were faster every time, or this is closed and nobody would decide anew
     */
    <T> T save(Function<Defined, Change<T>> change) {
        recalculation.requireOpen();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Defined newest = definitions.newest();
            Change<T> wanted = change.apply(newest);
            if (!wanted.rollout().equals(newest.rollout())) {
                // First which version goes on to answer, then the new one: whoever stops in between has changed
                // nothing.
                store.definitions().save(Rollouts.record(wanted.rollout(), newest), newest.version());
            } else if (store.definitions().save(wanted.record(), newest.version())) {
                decideAgain(newest.decidingVersion());
                return wanted.answer();
            }
        }
        throw new IllegalStateException("the definitions changed " + TRIES + " times meanwhile: try again later");
    }

    /**
     * Saves records all at once, if nobody saved anything since.
     *
     * @return false if somebody did; nothing is saved then
     */
    boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
        recalculation.requireOpen();
        long before = definitions.newest().decidingVersion();
        boolean saved = store.definitions().saveAll(records, expectedVersion);
        if (saved) {
            decideAgain(before);
        }
        return saved;
    }

    /** What was saved is in force; everybody is decided again if it changes the plan by which they were decided. */
    private void decideAgain(long before) {
        if (definitions.newest().decidingVersion() != before) {
            recalculation.request();
        }
    }

    static InvalidDefinitionException refusal(String path, String code, String message) {
        return new InvalidDefinitionException(List.of(new Violation(path, code, message)));
    }

    /** Refuses a definition for all that is wrong with it, in one exception. */
    @SafeVarargs
    static void refuseIfAny(List<Violation>... faults) {
        List<Violation> all = new ArrayList<>();
        for (List<Violation> some : faults) {
            all.addAll(some);
        }
        DefinitionJson.refuseIfAny(all);
    }
}
