package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.Retention;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** {@link Store#close}. */
abstract class CloseContract extends ContractFixture {
    @Test
    void the_parts_of_a_store_are_the_same_each_time() {
        assertThat(store.subjects()).isSameAs(store.subjects());
        assertThat(store.queue()).isSameAs(store.queue());
        assertThat(store.definitions()).isSameAs(store.definitions());
        assertThat(store.ledger()).isSameAs(store.ledger());
        assertThat(store.upkeep()).isSameAs(store.upkeep());
        assertThat(store.hosts()).isSameAs(store.hosts());
        store(change(ADA, 0).events(event(1, 1)).build());
        assertThat(load(ADA).version()).isEqualTo(1);
    }

    @Test
    void a_closed_store_refuses_every_call() {
        store(change(ADA, 0).events(event(1, 1)).scheduled(action(1, ADA)).build());
        Subjects subjects = store.subjects();
        Queue queue = store.queue();
        Definitions definitions = store.definitions();
        Ledger ledger = store.ledger();
        Upkeep upkeep = store.upkeep();
        Hosts hosts = store.hosts();
        Claim claim = new Claim(action(1, ADA), 1, 1);
        DefinitionRecord record =
                new DefinitionRecord(DefinitionRecord.Kind.SEGMENT, new UUID(1, 1), "key", 1, false, "{}");
        store.close();

        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("commit", () -> store.commit(batch(new UUID(9, 9), unit(guard(ADA, 1)))));
        calls.put("subjects", () -> store.subjects());
        calls.put("queue", () -> store.queue());
        calls.put("definitions", () -> store.definitions());
        calls.put("ledger", () -> store.ledger());
        calls.put("upkeep", () -> store.upkeep());
        calls.put("hosts", () -> store.hosts());
        calls.put("hosts.enter", () -> hosts.enter(new UUID(1, 1), "host", Set.of(), Duration.ofSeconds(1)));
        calls.put("hosts.leave", () -> hosts.leave(new UUID(1, 1)));
        calls.put("hosts.living", () -> hosts.living());
        calls.put("upkeep.purge", () -> upkeep.purge(Retention.of(Duration.ofDays(1)), NOW, null, 1));
        calls.put("upkeep.purge without an end", () -> upkeep.purge(Retention.unlimited(), NOW, null, 1));
        calls.put("upkeep.pack", () -> upkeep.pack(null, 1));
        calls.put("upkeep.trimSkips", () -> upkeep.trimSkips(0, 1));
        calls.put("upkeep.forget", () -> upkeep.forget(NOW, 1));
        calls.put("upkeep.held", () -> upkeep.held(ADA));
        calls.put("upkeep.read", () -> upkeep.read(read -> {}));
        calls.put(
                "upkeep.restore",
                () -> upkeep.restore(List.of(new ArchiveRecord.Whole(0)).iterator()));
        calls.put("subjects.load", () -> subjects.load(List.of(ADA), Subjects.Projection.STATE));
        calls.put("subjects.scan", () -> subjects.scan(Subjects.Projection.STATE, visited -> true));
        calls.put("subjects.claimDue", () -> subjects.claimDue(NOW, 1, LEASE));
        calls.put("subjects.nextDue", subjects::nextDue);
        calls.put("subjects.decidedSince", () -> subjects.decidedSince(1));
        calls.put("subjects.decidedBefore", () -> subjects.decidedBefore(1, null, 1));
        calls.put("queue.claim", () -> queue.claim(List.of("send_email"), NOW, 1, LEASE, 1));
        calls.put("queue.renew", () -> queue.renew(claim, LEASE));
        calls.put("queue.settle", () -> queue.settle(claim, new Settlement.Done(NOW)));
        calls.put("queue.requeue", () -> queue.requeue(actionId(1), NOW));
        calls.put("queue.find", () -> queue.find(List.of(actionId(1))));
        calls.put("queue.list", () -> queue.list(ActionStatus.PENDING, null, 1));
        calls.put("queue.nextDue", () -> queue.nextDue(List.of("send_email")));
        calls.put("definitions.load", definitions::load);
        calls.put("definitions.version", definitions::version);
        calls.put("definitions.save", () -> definitions.save(record, 0));
        calls.put("ledger.members", () -> ledger.members(SEGMENT, null, 1));
        calls.put("ledger.memberCount", () -> ledger.memberCount(SEGMENT));
        calls.put("ledger.memberships", () -> ledger.memberships(null, null, 1));
        calls.put("ledger.executions", () -> ledger.executions(null, null, 1));
        calls.put("ledger.visitMemberships", () -> ledger.visitMemberships(SEGMENT, visited -> true));
        calls.put("ledger.visitOutcomes", () -> ledger.visitOutcomes(NOW, NOW.plusSeconds(1), visited -> true));
        calls.put("ledger.visitExposures", () -> ledger.visitExposures(SEGMENT, 0, visited -> true));
        calls.put("ledger.executionCount", () -> ledger.executionCount(TRIGGER));
        calls.put("ledger.skips", () -> ledger.skips(null, null, 1));
        assertThat(calls)
                .allSatisfy(
                        (name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void closing_twice_is_closing_once() {
        assertThat(commit(guard(ADA, 0))).isEqualTo(committed(ADA, 0));
        store.close();

        assertThatCode(store::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> store.subjects()).isInstanceOf(IllegalStateException.class);
    }
}
