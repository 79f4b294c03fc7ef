package io.behavioranalytics.store;

import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link Store} keeps: extend it, say how to make a store, and every sentence of the interfaces' Javadoc is tested.
 *
 * <p>Nothing is assumed and nothing is skipped. A store may answer {@link UnitOutcome.Busy} only while others commit.
 */
public abstract class StoreContract {
    /** For the classes that extend it. */
    protected StoreContract() {}

    /**
     * Makes a new, empty store.
     *
     * @param storeClock what the store measures leases and rates by; it stands still until a test moves it
     * @return the store, which the test closes
     */
    protected abstract Store createStore(InstantSource storeClock);

    @Nested
    class Committing extends CommitContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Refusing extends RefusalContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Moving extends RelinkContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Reading extends SubjectsContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class FallingDue extends DueContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Queueing extends QueueContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Cancelling extends CancellationContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Defining extends DefinitionsContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Recording extends LedgerContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Telling extends OutcomesContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Exposing extends ExposuresContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Racing extends ConcurrencyContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class KeepingUp extends UpkeepContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Archiving extends ArchiveContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Hosting extends HostsContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }

    @Nested
    class Closing extends CloseContract {
        @Override
        Store createStore(InstantSource clock) {
            return StoreContract.this.createStore(clock);
        }
    }
}
