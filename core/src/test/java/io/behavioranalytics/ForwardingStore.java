package io.behavioranalytics;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.store.Upkeep;
import java.util.List;

/** A store that does what another does, for tests that change one thing of it. */
class ForwardingStore implements Store {
    final Store to;

    ForwardingStore(Store to) {
        this.to = to;
    }

    @Override
    public List<UnitOutcome> commit(Batch batch) {
        return to.commit(batch);
    }

    @Override
    public Subjects subjects() {
        return to.subjects();
    }

    @Override
    public Queue queue() {
        return to.queue();
    }

    @Override
    public Definitions definitions() {
        return to.definitions();
    }

    @Override
    public Hosts hosts() {
        return to.hosts();
    }

    @Override
    public Upkeep upkeep() {
        return to.upkeep();
    }

    @Override
    public Ledger ledger() {
        return to.ledger();
    }

    @Override
    public void close() {
        to.close();
    }
}
