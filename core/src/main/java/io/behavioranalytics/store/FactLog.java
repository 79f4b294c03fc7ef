package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
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
    private final Deque<F> all = new ArrayDeque<>();
    private final Map<UUID, Deque<F>> byDefinition = new HashMap<>();
    private final Map<SubjectId, Deque<F>> bySubject = new HashMap<>();

    /** Makes a log that keeps at most {@code capacity} facts, the newest. */
    FactLog(Function<F, UUID> definition, Function<F, SubjectId> subject, int capacity) {
        this.definition = definition;
        this.subject = subject;
        this.capacity = capacity;
    }

    void add(F fact) {
        all.addLast(fact);
        byDefinition
                .computeIfAbsent(definition.apply(fact), key -> new ArrayDeque<>(1))
                .addLast(fact);
        bySubject
                .computeIfAbsent(subject.apply(fact), key -> new ArrayDeque<>(1))
                .addLast(fact);
        if (all.size() > capacity) {
            removeFirst();
        }
    }

    private static <K, F> void removeOldest(Map<K, Deque<F>> index, K key) {
        index.computeIfPresent(key, (same, facts) -> {
            facts.removeFirst();
            return facts.isEmpty() ? null : facts;
        });
    }

    /** All facts, in order; a copy. */
    List<F> all() {
        return List.copyOf(all);
    }

    /** Forgets facts from the oldest on, as long as they are to be forgotten; returns how many. */
    int forgetOldest(Predicate<F> old, int limit) {
        int forgotten = 0;
        while (forgotten < limit && !all.isEmpty() && old.test(all.peekFirst())) {
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
        all.clear();
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
        Deque<F> facts = byDefinition.get(wanted);
        return facts == null ? 0 : facts.size();
    }

    /** The newest facts, oldest of them first. */
    List<F> newest(@Nullable UUID wanted, @Nullable SubjectId whose, int limit) {
        Deque<F> facts = all;
        if (whose != null) {
            facts = bySubject.getOrDefault(whose, new ArrayDeque<>());
        } else if (wanted != null) {
            facts = byDefinition.getOrDefault(wanted, new ArrayDeque<>());
        }
        List<F> found = new ArrayList<>();
        for (Iterator<F> backwards = facts.descendingIterator(); backwards.hasNext() && found.size() < limit; ) {
            F fact = backwards.next();
            if (wanted == null || definition.apply(fact).equals(wanted)) {
                found.add(fact);
            }
        }
        Collections.reverse(found);
        return List.copyOf(found);
    }
}
