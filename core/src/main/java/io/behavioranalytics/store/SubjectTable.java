package io.behavioranalytics.store;

import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of a store in memory: a hash for the commit, a tree for what is read in order. Putting a subject into the tree
 * costs more than the rest of its first commit, so that is left to the first who reads in order.
 */
final class SubjectTable implements Subjects {
    /** How many subjects are looked at under the lock before others get their turn. */
    private static final int STRETCH = 256;

    private static final UUID LOWEST_ID = new UUID(0, 0);

    /** A subject; its fields are read and written under the store's lock. */
    static final class Row {
        final SubjectId subject;
        final int handle;
        long version;

        @Nullable
        SubjectState state;

        List<SessionLink> links = List.of();
        Timeline timeline = Timeline.empty();

        /** How many events the timeline has, for who goes through all rows without waiting for each timeline. */
        int events;

        private Row(SubjectId subject, int handle) {
            this.subject = subject;
            this.handle = handle;
        }
    }

    private final Gate gate;
    private final InstantSource clock;
    private final Map<SubjectId, Row> rows = new HashMap<>();
    private final List<Row> byHandle = new ArrayList<>();
    /** The rows with handles below {@link #sorted}. */
    private final NavigableMap<SubjectId, Row> ordered = new TreeMap<>();

    private int sorted;

    /** What the tree held at the last scan that found it changed: an array is gone through faster. Null once the tree has changed. */
    private Row @Nullable [] inOrder;

    private long changes;
    private long withEvents;
    private EventIndex index = new EventIndex();
    private final DueTable due = new DueTable();

    SubjectTable(Gate gate, InstantSource clock) {
        this.gate = gate;
        this.clock = clock;
    }

    DueTable due() {
        return due;
    }

    EventIndex index() {
        return index;
    }

    long version(SubjectId subject) {
        Row row = rows.get(subject);
        return row == null ? 0 : row.version;
    }

    Timeline timeline(SubjectId subject) {
        Row row = rows.get(subject);
        return row == null ? Timeline.empty() : row.timeline;
    }

    /** Gives a subject another timeline, and counts it if it has events. */
    void put(Row row, Timeline timeline) {
        withEvents += Integer.signum(timeline.size()) - Integer.signum(row.events);
        row.timeline = timeline;
        row.events = timeline.size();
    }

    Row rowOf(SubjectId subject) {
        return rows.computeIfAbsent(subject, id -> {
            Row row = new Row(id, byHandle.size());
            byHandle.add(row);
            return row;
        });
    }

    /** Every subject that there is, in order; a copy of what each is now. */
    List<Row> copies() {
        List<Row> copies = new ArrayList<>(byHandle.size());
        for (Row row : byHandle) {
            if (row.version > 0) {
                Row copy = new Row(row.subject, row.handle);
                copy.version = row.version;
                copy.state = row.state;
                copy.links = row.links;
                copy.timeline = row.timeline;
                copies.add(copy);
            }
        }
        copies.sort(Comparator.comparing(row -> row.subject));
        return copies;
    }

    void clear() {
        // A scan may be on its way through them.
        byHandle.forEach(row -> put(row, Timeline.empty()));
        rows.clear();
        byHandle.clear();
        ordered.clear();
        sorted = 0;
        changed();
        withEvents = 0;
        index = new EventIndex();
        due.clear();
    }

    /** Looks at the next stretch of subjects in order; returns the last of them, or null at the end. */
    @Nullable
    SubjectId visit(@Nullable SubjectId after, Predicate<Row> visitor) {
        sort();
        return gate.<@Nullable SubjectId>inside(() -> {
            NavigableMap<SubjectId, Row> tail = after == null ? ordered : ordered.tailMap(after, false);
            int looked = 0;
            SubjectId last = after;
            for (Row row : tail.values()) {
                if (!visitor.test(row)) {
                    return last;
                }
                last = row.subject;
                if (++looked == STRETCH) {
                    return last;
                }
            }
            return null;
        });
    }

    /** The stored event of an id, or null. */
    @Nullable
    BehaviorEvent event(UUID id) {
        int handle =
                index.find(id, candidate -> byHandle.get(candidate).timeline.indexOf(id) >= 0);
        if (handle < 0) {
            return null;
        }
        Timeline timeline = byHandle.get(handle).timeline;
        return timeline.event(timeline.indexOf(id));
    }

    @Override
    public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
        return gate.inside(() -> {
            Map<SubjectId, SubjectRecord> records = new LinkedHashMap<>();
            for (SubjectId id : ids) {
                Row row = rows.get(id);
                records.put(
                        id,
                        row == null
                                ? new SubjectRecord(id, 0, null, List.of(), Timeline.empty())
                                : record(row, projection));
            }
            return records;
        });
    }

    @Override
    public Map<UUID, BehaviorEvent> events(Collection<UUID> ids) {
        return gate.inside(() -> {
            Map<UUID, BehaviorEvent> found = new LinkedHashMap<>();
            for (UUID id : ids) {
                BehaviorEvent event = event(id);
                if (event != null) {
                    found.put(id, event);
                }
            }
            return found;
        });
    }

    @Override
    public Optional<SubjectRecord> load(SubjectId id, Instant from) {
        return gate.inside(() -> {
            Row row = rows.get(id);
            if (row == null) {
                return Optional.of(new SubjectRecord(id, 0, null, List.of(), Timeline.empty()));
            }
            long first = Micros.of(from);
            if (row.state != null) {
                first = Math.min(first, Micros.of(row.state.asOf()) + 1);
            }
            Timeline timeline = row.state == null
                    ? row.timeline
                    : row.timeline.from(row.timeline.lowerBound(first, Long.MIN_VALUE, LOWEST_ID));
            return Optional.of(new SubjectRecord(row.subject, row.version, row.state, row.links, timeline));
        });
    }

    private static SubjectRecord record(Row row, Projection projection) {
        Timeline timeline = row.timeline;
        if (projection == Projection.STATE && row.state != null) {
            long known = Micros.of(row.state.asOf());
            timeline = timeline.from(timeline.lowerBound(Micros.plus(known, 1), Long.MIN_VALUE, LOWEST_ID));
        }
        return new SubjectRecord(row.subject, row.version, row.state, row.links, timeline);
    }

    @Override
    public void scan(Projection projection, Predicate<SubjectRecord> visitor) {
        scan(row -> record(row, projection), visitor);
    }

    @Override
    public void visit(Extent extent, Predicate<StoredHistory> visitor) {
        scan(row -> new HeldHistory(row.subject, row.events, row.timeline), visitor);
    }

    private <T> void scan(Function<Row, T> taking, Predicate<? super T> visitor) {
        Row[] all = inOrder();
        List<T> stretch = new ArrayList<>(STRETCH);
        for (int from = 0; from < all.length; from += STRETCH) {
            int begin = from;
            int end = Math.min(all.length, from + STRETCH);
            stretch.clear();
            gate.inside(() -> {
                for (int i = begin; i < end; i++) {
                    if (all[i].events > 0) {
                        stretch.add(taking.apply(all[i]));
                    }
                }
                return true;
            });
            for (T taken : stretch) {
                if (!visitor.test(taken)) {
                    return;
                }
            }
        }
    }

    private Row[] inOrder() {
        sort();
        long before = gate.inside(() -> changes);
        Row[] known = gate.<Row @Nullable []>inside(() -> inOrder);
        if (known != null) {
            return known;
        }
        List<Row> found = new ArrayList<>();
        SubjectId last = null;
        do {
            last = walk(last, found::add);
        } while (last != null);
        Row[] all = found.toArray(Row[]::new);
        gate.inside(() -> {
            inOrder = changes == before ? all : null;
            return true;
        });
        return all;
    }

    private void changed() {
        changes++;
        inOrder = null;
    }

    /** Puts the subjects that there are now into the tree, a stretch at a time. */
    private void sort() {
        int wanted = gate.inside(byHandle::size);
        boolean more = true;
        while (more) {
            more = gate.inside(() -> {
                for (int looked = 0; sorted < wanted && looked < STRETCH; looked++) {
                    Row row = byHandle.get(sorted++);
                    ordered.put(row.subject, row);
                    changed();
                }
                return sorted < wanted;
            });
        }
    }

    /** Looks at the next stretch of subjects; returns the last of them, or null at the end. */
    private @Nullable SubjectId walk(@Nullable SubjectId after, Consumer<Row> visitor) {
        return visit(after, row -> {
            visitor.accept(row);
            return true;
        });
    }

    @Override
    public long count() {
        return gate.inside(() -> withEvents);
    }

    @Override
    public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
        Arguments.limit(limit);
        Arguments.lease(lease);
        return gate.inside(() -> {
            Instant storeNow = clock.instant();
            return List.copyOf(due.claim(now, limit, storeNow, storeNow.plus(lease)));
        });
    }

    @Override
    public Optional<Instant> nextDue() {
        return gate.inside(() -> due.next(clock.instant()));
    }

    @Override
    public Optional<Instant> firstDue() {
        return gate.inside(due::first);
    }

    @Override
    public Decided decidedSince(long definitionsVersion) {
        long[] counted = new long[2];
        SubjectId last = null;
        do {
            last = walk(last, row -> {
                if (row.state != null) {
                    counted[0] += row.state.definitionsVersion() >= definitionsVersion ? 1 : 0;
                    counted[1]++;
                }
            });
        } while (last != null);
        return new Decided(counted[0], counted[1]);
    }

    @Override
    public List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        List<SubjectId> found = new ArrayList<>();
        SubjectId last = after;
        do {
            last = walk(last, row -> {
                if (row.state != null && row.state.definitionsVersion() < definitionsVersion && found.size() < limit) {
                    found.add(row.subject);
                }
            });
        } while (last != null && found.size() < limit);
        return List.copyOf(found);
    }
}
