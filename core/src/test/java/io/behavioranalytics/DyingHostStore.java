package io.behavioranalytics;

import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A store of a host that can be made to die between what an action does and the word that it is done. */
final class DyingHostStore extends ForwardingStore {
    boolean dies;

    DyingHostStore(Store to) {
        super(to);
    }

    @Override
    public Queue queue() {
        Queue queue = to.queue();
        return new Queue() {
            @Override
            public List<Claim> claim(
                    Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
                return queue.claim(types, now, limit, lease, ratePerMinute);
            }

            @Override
            public boolean renew(Claim claim, Duration lease) {
                return queue.renew(claim, lease);
            }

            @Override
            public boolean settle(Claim claim, Settlement settlement) {
                if (dies) {
                    throw new StoreException("the host is gone");
                }
                return queue.settle(claim, settlement);
            }

            @Override
            public boolean requeue(UUID actionId, Instant notBefore) {
                return queue.requeue(actionId, notBefore);
            }

            @Override
            public Map<UUID, ActionRecord> find(Collection<UUID> actionIds) {
                return queue.find(actionIds);
            }

            @Override
            public List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit) {
                return queue.list(status, after, limit);
            }

            @Override
            public Optional<Instant> nextDue(Collection<String> types) {
                return queue.nextDue(types);
            }
        };
    }
}
