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
     * survives a crash. A batch id that was committed before is answered with the outcomes of that commit.
     *
     * @param batch the decisions
     * @return one outcome for each unit, in their order
     * @throws StoreException if the storage failed; the outcome is unknown
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

    /** Releases what the store holds; a closed store refuses every call with {@link IllegalStateException}. */
    @Override
    void close();
}
