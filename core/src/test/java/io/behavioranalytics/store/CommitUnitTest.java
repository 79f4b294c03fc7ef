package io.behavioranalytics.store;

import static io.behavioranalytics.store.ContractFixture.ADA;
import static io.behavioranalytics.store.ContractFixture.BOB;
import static io.behavioranalytics.store.ContractFixture.NOW;
import static io.behavioranalytics.store.ContractFixture.SEGMENT;
import static io.behavioranalytics.store.ContractFixture.SESSION;
import static io.behavioranalytics.store.ContractFixture.TRIGGER;
import static io.behavioranalytics.store.ContractFixture.action;
import static io.behavioranalytics.store.ContractFixture.actionId;
import static io.behavioranalytics.store.ContractFixture.change;
import static io.behavioranalytics.store.ContractFixture.entry;
import static io.behavioranalytics.store.ContractFixture.event;
import static io.behavioranalytics.store.ContractFixture.execution;
import static io.behavioranalytics.store.ContractFixture.guard;
import static io.behavioranalytics.store.ContractFixture.id;
import static io.behavioranalytics.store.ContractFixture.skip;
import static io.behavioranalytics.store.ContractFixture.unit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Units that no store could keep cannot be made. */
class CommitUnitTest {
    private static void refuses(String word, SubjectChange... changes) {
        assertThatThrownBy(() -> unit(changes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(word);
    }

    @Test
    void a_unit_needs_a_change() {
        assertThatThrownBy(() -> new CommitUnit(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_subject_stands_once_in_a_unit() {
        refuses("lead-ada", change(ADA, 0).events(event(1, 1)).build(), guard(ADA, 0));
    }

    @Test
    void an_event_stands_once_in_a_unit() {
        refuses(
                id(1).toString(),
                change(ADA, 0).events(event(1, 1)).build(),
                change(SESSION, 0).events(event(1, 1)).build());
        refuses(
                id(1).toString(),
                change(ADA, 0).events(event(1, 1), event(1, 2)).build());
    }

    @Test
    void an_event_stands_with_the_lead_that_it_names() {
        refuses(
                id(1).toString(),
                change(ADA, 0).events(event(1, 1, "session-1", "lead-bob")).build());
        refuses(
                id(1).toString(),
                change(SESSION, 0).events(event(1, 1, "session-1", "lead-bob")).build());

        assertThat(unit(change(BOB, 0)
                                .events(event(1, 1, "session-1", "lead-bob"))
                                .build())
                        .changes())
                .hasSize(1);
    }

    @Test
    void an_anonymous_event_stands_with_a_lead_or_with_its_session() {
        refuses(
                id(1).toString(),
                change(SubjectId.session("session-2"), 0).events(event(1, 1)).build());

        assertThat(unit(change(SESSION, 0).events(event(1, 1)).build()).changes())
                .hasSize(1);
        assertThat(unit(change(ADA, 0).events(event(1, 1)).build()).changes()).hasSize(1);
    }

    @Test
    void a_guard_brings_nothing() {
        List<ContractChange> guards = List.of(
                change(ADA, 0).due(NOW),
                change(ADA, 0).dueWasClaimed(true),
                change(ADA, 0).memberships(entry(ADA, SEGMENT)),
                change(ADA, 0).executions(execution(1, TRIGGER, ADA)),
                change(ADA, 0).skips(skip(TRIGGER, ADA, 1)),
                change(ADA, 0).scheduled(action(1, ADA)),
                change(ADA, 0).cancelled(new Cancellation(actionId(1), Cancellation.Reason.SUPERSEDED)),
                change(ADA, 0).adopted(SESSION));

        assertThat(guards).allSatisfy(guard -> refuses("lead-ada", guard.build()));
    }

    @Test
    void a_lead_has_no_links() {
        refuses(
                "lead-ada",
                change(ADA, 0)
                        .links(new SessionLink(event(1, 1).key(), "lead-ada"))
                        .build());
    }

    @Test
    void the_source_of_moved_events_changes_in_the_same_unit() {
        Relink relink = new Relink(SESSION, "session-1", null, null);

        refuses("session-1", change(ADA, 0).relinks(relink).build());
        refuses("session-1", change(ADA, 0).relinks(relink).build(), guard(SESSION, 1));
    }
}
