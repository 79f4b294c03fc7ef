package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When subjects are to be decided without an event, and who has been taken for it. Called under the store's lock. */
final class DueTable {
    /** An instant of a subject: its due instant while it waits, the end of its lease while it is claimed. */
    private record Entry(Instant at, SubjectId subject) implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER =
                Comparator.comparing(Entry::at).thenComparing(Entry::subject);

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<SubjectId, Instant> due = new HashMap<>();
    private final Map<SubjectId, Instant> leases = new HashMap<>();
    private final TreeSet<Entry> waiting = new TreeSet<>();
    private final TreeSet<Entry> claimed = new TreeSet<>();

    /** A subject's due instant, claimed or not, or null. */
    @Nullable
    Instant of(SubjectId subject) {
        return due.get(subject);
    }

    void clear() {
        due.clear();
        leases.clear();
        waiting.clear();
        claimed.clear();
    }

    /** Replaces a subject's due instant and ends its claim. */
    void replace(SubjectId subject, @Nullable Instant at) {
        endClaim(subject);
        Instant old = due.remove(subject);
        if (old != null) {
            waiting.remove(new Entry(old, subject));
        }
        if (at != null) {
            due.put(subject, at);
            waiting.add(new Entry(at, subject));
        }
    }

    /** Moves a subject's due instant to an earlier one; a claimed subject stays claimed. */
    void lower(SubjectId subject, @Nullable Instant at) {
        Instant old = due.get(subject);
        if (at == null || (old != null && !at.isBefore(old))) {
            return;
        }
        due.put(subject, at);
        if (!leases.containsKey(subject)) {
            if (old != null) {
                waiting.remove(new Entry(old, subject));
            }
            waiting.add(new Entry(at, subject));
        }
    }

    List<SubjectId> claim(Instant now, int limit, Instant storeNow, Instant leaseEnd) {
        release(storeNow);
        List<SubjectId> taken = new ArrayList<>();
        while (taken.size() < limit
                && !waiting.isEmpty()
                && !waiting.first().at().isAfter(now)) {
            SubjectId subject = waiting.first().subject();
            waiting.pollFirst();
            leases.put(subject, leaseEnd);
            claimed.add(new Entry(leaseEnd, subject));
            taken.add(subject);
        }
        return taken;
    }

    Optional<Instant> next(Instant storeNow) {
        release(storeNow);
        return waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(waiting.first().at());
    }

    /** The earliest due instant, claimed or not. */
    Optional<Instant> first() {
        return Stream.concat(
                        leases.keySet().stream().map(due::get).filter(Objects::nonNull),
                        waiting.stream().limit(1).map(Entry::at))
                .min(Comparator.naturalOrder());
    }

    private void release(Instant storeNow) {
        while (!claimed.isEmpty() && !claimed.first().at().isAfter(storeNow)) {
            SubjectId subject = claimed.first().subject();
            endClaim(subject);
            Instant at = due.get(subject);
            if (at != null) {
                waiting.add(new Entry(at, subject));
            }
        }
    }

    private void endClaim(SubjectId subject) {
        Instant lease = leases.remove(subject);
        if (lease != null) {
            claimed.remove(new Entry(lease, subject));
        }
    }
}
