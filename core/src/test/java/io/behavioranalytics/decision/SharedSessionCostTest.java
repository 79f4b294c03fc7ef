package io.behavioranalytics.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.UnitOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one more event of a session costs that many leads have used in turn (S11, S12): counted in events read and folded, in
 * subjects that take part, and not in time.
 */
class SharedSessionCostTest {
    private static final Instant T0 = Instant.parse("2026-03-02T10:00:00Z");
    private static final int ALTERNATIONS = 600;

    private final InMemoryStore store = new InMemoryStore(() -> T0);
    private final Decider decider = new Decider(Plan.compile(
            1,
            List.of(),
            List.of(),
            new DecisionSettings(
                    ScoringModel.defaults(), Retention.unlimited(), Duration.ofHours(1), Duration.ofHours(24))));
    private final Map<SubjectId, SubjectSnapshot> cache = new HashMap<>();
    private long ids = 1;

    /** What a decision took. */
    private record Cost(long read, long folded, int changed) {}

    @ParameterizedTest
    @ValueSource(ints = {2, 3, ALTERNATIONS})
    void a_link_and_an_event_in_order_read_nothing_and_fold_only_themselves_however_many_went_before(int leads) {
        track(event("s", null, T0.minusSeconds(60)));
        for (int i = 0; i < ALTERNATIONS; i++) {
            Instant at = T0.plusSeconds(60L * i);
            Cost link = track(event("s", "lead-" + i % leads, at));
            Cost event = track(event("s", null, at.plusSeconds(20)));

            if (i > 0) {
                // The session, the lead that it was used by, and the lead that uses it from now on.
                assertThat(link).as("link %d", i).isEqualTo(new Cost(0, 1, 3));
                assertThat(event).as("event behind link %d", i).isEqualTo(new Cost(0, 1, 2));
            }
        }
        assertThat(links()).hasSize(ALTERNATIONS);
    }

    @Test
    void a_late_link_folds_again_from_near_its_place_and_not_from_the_beginning() {
        for (int i = 0; i < ALTERNATIONS; i++) {
            Instant at = T0.plusSeconds(60L * i);
            track(event("s", "lead-" + i % 2, at));
            track(event("s", null, at.plusSeconds(20)));
            track(event("s", null, at.plusSeconds(40)));
        }
        // Into the run before the last one: its second anonymous event goes over to another lead.
        Instant late = T0.plusSeconds(60L * (ALTERNATIONS - 2) + 30);

        Cost cost = track(event("s", "lead-1", late));

        assertThat(links())
                .hasSize(ALTERNATIONS)
                .last()
                .satisfies(link -> assertThat(link.from().micros()).isEqualTo(Micros.of(late)));
        assertThat(cost.folded())
                .as("of the about %d events of two leads", 3 * ALTERNATIONS)
                .isLessThan(4L * Checkpoints.SPACING);
        assertThat(cost.changed()).isEqualTo(3);
    }

    @Test
    void a_late_event_goes_to_the_lead_of_its_run_without_a_look_at_the_other_runs() {
        for (int i = 0; i < ALTERNATIONS; i++) {
            track(event("s", "lead-" + i, T0.plusSeconds(60L * i)));
        }

        Cost cost = track(event("s", null, T0.plusSeconds(60L * 100 + 30)));

        assertThat(cost).isEqualTo(new Cost(0, 1, 2));
        assertThat(record(SubjectId.lead("lead-100"), Projection.TIMELINE)
                        .timeline()
                        .size())
                .isEqualTo(2);
    }

    private List<SessionLink> links() {
        return record(SubjectId.session("s"), Projection.STATE).links();
    }

    private SubjectRecord record(SubjectId subject, Projection projection) {
        return Objects.requireNonNull(
                store.subjects().load(List.of(subject), projection).get(subject));
    }

    /** Decides an event with what is cached, as the facade does, and commits. */
    private Cost track(BehaviorEvent event) {
        Map<SubjectId, SubjectSnapshot> subjects = new LinkedHashMap<>();
        for (SubjectId subject : Decider.subjectsOf(event)) {
            subjects.put(subject, snapshot(subject));
        }
        SubjectSnapshot session = snapshot(SubjectId.session("s"));
        Decider.holderOf(event, session.links()).ifPresent(lead -> subjects.put(lead, snapshot(lead)));
        long read = 0;
        long folded = decider.foldedEvents();
        Decision decision = decider.decide(subjects, List.of(event), Set.of(), event.timestamp());
        while (decision instanceof Decision.NeedsHistory needs) {
            for (Map.Entry<SubjectId, Boolean> wanted : needs.subjects().entrySet()) {
                SubjectId subject = wanted.getKey();
                SubjectSnapshot known = snapshot(subject);
                if (wanted.getValue()) {
                    SubjectSnapshot whole = loaded(subject, Projection.TIMELINE);
                    read += whole.events();
                    known = known.with(whole);
                }
                subjects.put(subject, known);
            }
            decision = decider.decide(subjects, List.of(event), Set.of(), event.timestamp());
        }
        Decision.Decided decided = (Decision.Decided) decision;
        Batch batch = new Batch(new UUID(9, ids), "host", event.timestamp(), List.of(decided.unit()));
        assertThat(store.commit(batch)).singleElement().isInstanceOf(UnitOutcome.Committed.class);
        cache.putAll(decided.next());
        return new Cost(
                read, decider.foldedEvents() - folded, decided.unit().changes().size());
    }

    private SubjectSnapshot snapshot(SubjectId subject) {
        SubjectSnapshot cached = cache.get(subject);
        return cached != null ? cached : loaded(subject, Projection.STATE);
    }

    private SubjectSnapshot loaded(SubjectId subject, Projection projection) {
        SubjectRecord found = record(subject, projection);
        return SubjectSnapshot.of(
                subject,
                found.version(),
                found.state(),
                found.links(),
                found.timeline(),
                projection == Projection.TIMELINE || found.state() == null);
    }

    private BehaviorEvent event(String sessionId, @Nullable String leadId, Instant at) {
        return EventBuilder.event(new UUID(1, ids++), at)
                .session(sessionId)
                .lead(leadId)
                .build();
    }
}
