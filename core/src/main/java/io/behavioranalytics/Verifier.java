package io.behavioranalytics;

import io.behavioranalytics.Verification.Outcome;
import io.behavioranalytics.decision.Recomputation;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.Upkeep;
import java.util.List;

/** Compares stored states with what their events say, and reports what differs. */
final class Verifier {
    private static final GuardedLog LOG = GuardedLog.of(Verifier.class);
    private static final int READS = 10;

    private final Store store;
    private final DefinitionsCache definitions;
    private final Counters counters;

    Verifier(Store store, DefinitionsCache definitions, Counters counters) {
        this.store = store;
        this.definitions = definitions;
        this.counters = counters;
    }

    Verification verify(SubjectId subject) {
        for (int reads = 0; reads < READS; reads++) {
            SubjectRecord record =
                    store.subjects().load(List.of(subject), Projection.TIMELINE).get(subject);
            if (record == null) {
                counters.verified.increment();
                counters.differences.increment();
                return new Verification(subject, Outcome.DIFFERENT, List.of("record"));
            }
            Upkeep.Holding held = store.upkeep().held(subject);
            if (held.version() == record.version()) {
                return verify(record, held);
            }
        }
        return new Verification(subject, Outcome.CHANGING, List.of());
    }

    private Verification verify(SubjectRecord record, Upkeep.Holding held) {
        SubjectState state = record.state();
        if (state == null) {
            return new Verification(record.subject(), Outcome.UNDECIDED, List.of());
        }
        Recomputation anew = Recomputation.of(
                definitions.newest().decider().plan(),
                record.subject(),
                state,
                record.timeline(),
                held.due(),
                held.segments());
        counters.verified.increment();
        if (anew.differences().isEmpty()) {
            return new Verification(record.subject(), anew.outdated() ? Outcome.OUTDATED : Outcome.OK, List.of());
        }
        counters.differences.increment();
        LOG.error(
                "the stored state of {} at version {} is not what its events say: {}",
                record.subject(),
                record.version(),
                anew.differences());
        return new Verification(record.subject(), Outcome.DIFFERENT, anew.differences());
    }
}
