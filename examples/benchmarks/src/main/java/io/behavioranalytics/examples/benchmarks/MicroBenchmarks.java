package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventLimits;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Accumulators;
import io.behavioranalytics.segment.SegmentEvaluator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The single steps of tracking one event, on 1,024 rows of one hundred leads, with ten segments and ten triggers. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MicroBenchmarks {
    private static final int ROWS = 1_024;
    private static final int LEADS = 100;
    private static final Instant NOW = WorkloadRows.timestamp(ROWS);

    private final EventNormalizer normalizer =
            new EventNormalizer(EventCatalog.builtIn(), EventLimits.defaults(), Retention.unlimited());
    private final ScoringModel scoring = ScoringModel.defaults();
    private final List<TrackRequest> requests = new WorkloadRows(LEADS).rows(0, ROWS);
    private final List<BehaviorEvent> events = new ArrayList<>();
    private final CompiledCondition propertyCondition;
    private final CompiledCondition profileCondition;
    private final ProfileFacts facts;
    private final SegmentEvaluator evaluator;
    private final Accumulators counters;
    private final BitSet affected = new BitSet();
    private final Decider decider;
    private final Map<SubjectId, SubjectSnapshot> subjects = new HashMap<>();
    private final List<BehaviorEvent> nextOfSubject = new ArrayList<>();
    private int next;

    /** Makes what the steps work on. */
    public MicroBenchmarks() {
        for (TrackRequest request : requests) {
            events.add(normalizer.normalize(request, NOW, UUID::randomUUID, false));
        }
        propertyCondition = compiled(Condition.of("properties.formId", Operator.EQUALS, "quote-form"), Scope.EVENT);
        profileCondition = compiled(Condition.of("engagementScore", Operator.GREATER_THAN, 10L), Scope.PROFILE);
        ProfileFold fold = new ProfileFold(scoring);
        events.forEach(fold::apply);
        facts = fold.at(events.get(ROWS - 1).micros(), Set.of());
        Plan plan;
        try (Rig rig = new Rig(DefinitionSet.TEN)) {
            DecisionSettings settings = new DecisionSettings(
                    scoring, Retention.unlimited(), java.time.Duration.ofHours(1), java.time.Duration.ofHours(24));
            plan = Plan.compile(1, rig.definitions.segments(), rig.definitions.triggers(), settings);
        }
        evaluator = SegmentEvaluator.compile(plan.segments());
        counters = evaluator.newAccumulators();
        events.forEach(event -> evaluator.apply(event, counters, affected));
        decider = new Decider(plan);
        prepareDecisions();
    }

    private static CompiledCondition compiled(Condition condition, Scope scope) {
        List<io.behavioranalytics.json.Violation> violations = new ArrayList<>();
        CompiledCondition compiled = CompiledCondition.compile(condition, scope, "condition", violations);
        if (!violations.isEmpty()) {
            throw new IllegalStateException(violations.toString());
        }
        return compiled;
    }

    /** Every lead and session has all its events but the last, and that is what is decided again and again. */
    private void prepareDecisions() {
        Map<String, BehaviorEvent> last = new HashMap<>();
        events.forEach(event -> last.put(event.leadId(), event));
        for (BehaviorEvent event : events) {
            List<SubjectId> ids = Decider.subjectsOf(event);
            ids.forEach(id -> subjects.computeIfAbsent(id, SubjectSnapshot::absent));
            if (event.equals(last.get(event.leadId()))) {
                nextOfSubject.add(event);
            } else {
                subjects.putAll(decided(event, at(event)).next());
            }
        }
    }

    private static Instant at(BehaviorEvent event) {
        return event.timestamp();
    }

    private Decision.Decided decided(BehaviorEvent event, Instant now) {
        Map<SubjectId, SubjectSnapshot> involved = new HashMap<>();
        for (SubjectId id : Decider.subjectsOf(event)) {
            involved.put(id, subjects.getOrDefault(id, SubjectSnapshot.absent(id)));
        }
        Decision decision = decider.decide(involved, List.of(event), Set.of(), now);
        if (decision instanceof Decision.Decided decided) {
            return decided;
        }
        throw new IllegalStateException("an event in order needs no history: " + decision);
    }

    private int next(int bound) {
        int place = next;
        next = place + 1 < bound ? place + 1 : 0;
        return place < bound ? place : 0;
    }

    /**
     * From a request to an event.
     *
     * @return the event
     */
    @Benchmark
    public BehaviorEvent normalize() {
        return normalizer.normalize(requests.get(next(ROWS)), NOW, UUID::randomUUID, false);
    }

    /**
     * A text property compared.
     *
     * @return the answer
     */
    @Benchmark
    public Truth conditionOnProperty() {
        return propertyCondition.test(events.get(next(ROWS)), null);
    }

    /**
     * A score compared.
     *
     * @return the answer
     */
    @Benchmark
    public Truth conditionOnProfile() {
        return profileCondition.test(null, facts);
    }

    /**
     * An event counted for ten segments.
     *
     * @return the segments whose answer may have changed
     */
    @Benchmark
    public BitSet segmentsApply() {
        affected.clear();
        evaluator.apply(events.get(next(ROWS)), counters, affected);
        return affected;
    }

    /**
     * One of ten segments answered, in turn.
     *
     * @return the answer
     */
    @Benchmark
    public Verdict segmentsEvaluate() {
        return evaluator.evaluate(next(evaluator.segments().size()), counters, facts);
    }

    /**
     * An event in order decided for a known lead and session, by ten segments and ten triggers.
     *
     * @return what follows
     */
    @Benchmark
    @Warmup(iterations = 10, time = 2) // much code, which takes its time to be compiled
    public Decision decideInOrder() {
        BehaviorEvent event = nextOfSubject.get(next(nextOfSubject.size()));
        return decided(event, at(event));
    }
}
