package io.behavioranalytics.store;

import io.behavioranalytics.decision.Batch;
import java.util.List;

/**
 * Where everything is kept: the SPI that a plugin author implements; {@link InMemoryStore} is one.
 *
 * <p>All methods are thread-safe. A method that cannot reach its storage throws a {@link StoreException}; the commit's outcome
 * is then unknown and the caller repeats the batch under the same id, which is answered as if it had been the first time. The
 * published {@code StoreContract} tests prove an implementation.
 */
public interface Store extends AutoCloseable {
    /**
     * Makes decisions durable. Each unit is stored whole or not at all; when this returns, what is reported as committed
     * survives a crash. A batch that the same host committed before under the same id is answered with the outcomes of that
     * commit; at least the newest 1,000 batches are remembered.
     *
     * <p>Units are judged in their order, and each sees what the units before it bring. First the versions are compared, guards
     * included, then the ids of new events are looked for among all stored events of all subjects. What moves by a {@link
     * io.behavioranalytics.decision.Relink} or an {@link
     * io.behavioranalytics.decision.Adoption} is chosen from what was stored before the unit; actions adopted by name go first. A change that is not
     * a guard raises its subject's version by one.
     *
     * @param batch the decisions
     * @return one outcome for each unit, in their order
     * @throws StoreException if the storage failed; the outcome is unknown
     * @throws StoreRefusalException if the storage refuses something of the batch for good; nothing of the batch is stored
     * @throws IllegalStateException if a unit that would be stored brings an execution or an action whose id exists already, which
     *     is a fault of the caller; nothing of the batch is stored
     */
    List<UnitOutcome> commit(Batch batch);

    /**
     * The subjects.
     *
     * @return the same object each time
     */
    Subjects subjects();

    /**
     * The scheduled actions.
     *
     * @return the same object each time
     */
    Queue queue();

    /**
     * The definitions.
     *
     * @return the same object each time
     */
    Definitions definitions();

    /**
     * The facts.
     *
     * @return the same object each time
     */
    Ledger ledger();

    /**
     * Purging, packing, checking, and everything read out or put in.
     *
     * @return the same object each time
     */
    Upkeep upkeep();

    /**
     * The hosts that carry out actions.
     *
     * @return the same object each time
     */
    Hosts hosts();

    /** Releases what the store holds; a closed store refuses every call but this one with {@link IllegalStateException}. */
    @Override
    void close();
}
