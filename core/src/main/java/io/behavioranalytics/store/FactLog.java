package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Facts of one kind in the order in which they were committed, also by definition and by subject. Called under the store's lock.
 *
 * @param <F> the facts
 */
final class FactLog<F> {
    private final Function<F, UUID> definition;
    private final Function<F, SubjectId> subject;
    private final int capacity;
    private final FactSequence<F> none = new FactSequence<>();
    private FactSequence<F> all = new FactSequence<>();
    private final Map<UUID, FactSequence<F>> byDefinition = new HashMap<>();
    private final Map<SubjectId, FactSequence<F>> bySubject = new HashMap<>();

    /** Makes a log that keeps at most {@code capacity} facts, the newest. */
    FactLog(Function<F, UUID> definition, Function<F, SubjectId> subject, int capacity) {
        this.definition = definition;
        this.subject = subject;
        this.capacity = capacity;
    }

    void add(F fact) {
        all.add(fact);
        byDefinition
                .computeIfAbsent(definition.apply(fact), key -> new FactSequence<>())
                .add(fact);
        bySubject
                .computeIfAbsent(subject.apply(fact), key -> new FactSequence<>())
                .add(fact);
        if (all.size() > capacity) {
            removeFirst();
        }
    }

    private static <K, F> void removeOldest(Map<K, FactSequence<F>> index, K key) {
        index.computeIfPresent(key, (same, facts) -> {
            facts.removeFirst();
            return facts.size() == 0 ? null : facts;
        });
    }

    boolean isEmpty() {
        return all.size() == 0;
    }

    /** All facts, in order; a copy. */
    List<F> all() {
        return slice(all, all.begin(), all.end());
    }

    /** Forgets facts from the oldest on, as long as they are to be forgotten; returns how many. */
    int forgetOldest(Predicate<F> old, int limit) {
        int forgotten = 0;
        while (forgotten < limit && all.size() > 0 && old.test(all.get(all.begin()))) {
            removeFirst();
            forgotten++;
        }
        return forgotten;
    }

    /** Forgets the oldest facts beyond a number; returns how many. */
    int trim(long most, int limit) {
        int forgotten = 0;
        while (forgotten < limit && all.size() > most) {
            removeFirst();
            forgotten++;
        }
        return forgotten;
    }

    void clear() {
        all = new FactSequence<>();
        byDefinition.clear();
        bySubject.clear();
    }

    private void removeFirst() {
        F oldest = all.removeFirst();
        // The oldest of all is also the oldest of its definition and of its subject.
        removeOldest(byDefinition, definition.apply(oldest));
        removeOldest(bySubject, subject.apply(oldest));
    }

    long count(UUID wanted) {
        return byDefinition.getOrDefault(wanted, none).size();
    }

    /** The newest facts, oldest of them first. */
    List<F> newest(@Nullable UUID wanted, @Nullable SubjectId whose, int limit) {
        FactSequence<F> facts = all;
        if (whose != null) {
            facts = bySubject.getOrDefault(whose, none);
        } else if (wanted != null) {
            facts = byDefinition.getOrDefault(wanted, none);
        }
        List<F> found = new ArrayList<>();
        for (long number = facts.end() - 1; number >= facts.begin() && found.size() < limit; number--) {
            F fact = facts.get(number);
            if (wanted == null || definition.apply(fact).equals(wanted)) {
                found.add(fact);
            }
        }
        Collections.reverse(found);
        return List.copyOf(found);
    }

    /** The number of the next fact of a definition. */
    long end(UUID wanted) {
        return byDefinition.getOrDefault(wanted, none).end();
    }

    /**
     * Some facts of a definition, in order.
     *
     * @param facts the facts
     * @param next the number of the one behind them
     */
    record Page<F>(List<F> facts, long next) {}

    /** Facts of a definition by their numbers: from one on, as far as they are kept, to one that is left out. */
    Page<F> page(UUID wanted, long from, long to, int limit) {
        FactSequence<F> facts = byDefinition.getOrDefault(wanted, none);
        long start = Math.max(from, facts.begin());
        long end = Math.min(Math.min(to, facts.end()), start + limit);
        return new Page<>(slice(facts, start, end), Math.max(start, end));
    }

    private static <F> List<F> slice(FactSequence<F> facts, long from, long to) {
        List<F> slice = new ArrayList<>();
        for (long number = from; number < to; number++) {
            slice.add(facts.get(number));
        }
        return slice;
    }
}
