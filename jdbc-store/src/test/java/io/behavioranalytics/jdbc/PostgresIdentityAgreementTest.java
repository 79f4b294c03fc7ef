package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.IdentityAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives of leads that share sessions, on PostgreSQL. */
class PostgresIdentityAgreementTest extends IdentityAgreementContract {
    PostgresIdentityAgreementTest() {
        super(15);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
