package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventOutline;
import io.behavioranalytics.event.PackedTimeline;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.StoredHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The histories of all subjects, in one transaction that sees one state of the database. Subjects are paged through by their key; of those
 * of a page the chunks, and the events that are not packed, come a group at a time, which is cut by the number of events. Nothing is unpacked
 * here, so whoever asks for the timelines may do that on many threads.
 */
final class HistoryVisit {
    /** The most subjects of a page. */
    static final int PAGE = 4_000;

    /** The most events of a group of several subjects that are read whole; of outlines there may be more, by their weight. */
    private static final int GROUP_EVENTS = 65_536;

    /** What an event weighs that is read whole, where one of a packed outline weighs 1; an outline that is read from its row weighs twice this. */
    private static final int WEIGHT = 4;

    /** The most subjects with damaged chunks that are remembered and packed anew after the visit; the next one finds more. */
    private static final int MOST_REPAIRED = 1_000;

    private final Database database;
    private final SubjectTable subjects;
    private final EventTable events;
    private final PackedHistory history;
    private final HistoryRepair repair;
    private final Set<SubjectId> hurt = new LinkedHashSet<>();
    private final Extent extent;
    private final Predicate<StoredHistory> visitor;

    HistoryVisit(Database database, JdbcStore.Tables tables, Extent extent, Predicate<StoredHistory> visitor) {
        this.database = database;
        this.subjects = tables.subjects();
        this.events = tables.events();
        this.history = tables.history();
        this.repair = tables.repair();
        this.extent = extent;
        this.visitor = visitor;
    }

    void run() {
        database.readOnce("reading histories", handle -> {
            SubjectId after = null;
            while (true) {
                List<SubjectTable.Outline> page = subjects.histories(handle, after, PAGE);
                if (!visit(handle, page) || page.size() < PAGE) {
                    return true;
                }
                after = page.get(PAGE - 1).subject();
            }
        });
        repair.run(hurt);
    }

    /** Whose chunks were found damaged, up to a number. */
    Set<SubjectId> hurt() {
        return hurt;
    }

    /**
     * Visits some subjects.
     *
     * @param handle inside a transaction that sees one state
     * @param page in the order of subjects
     * @return false if the visitor ended it
     */
    boolean visit(Handle handle, List<SubjectTable.Outline> page) {
        List<SubjectTable.Outline> group = new ArrayList<>();
        long size = 0;
        for (SubjectTable.Outline subject : page) {
            if (subject.eventCount() == 0) {
                continue;
            }
            long weight = weight(subject.packedEvents(), subject.looseEvents());
            if (!group.isEmpty() && size + weight > GROUP_EVENTS * WEIGHT) {
                if (!visitGroup(handle, group)) {
                    return false;
                }
                group.clear();
                size = 0;
            }
            group.add(subject);
            size += weight;
        }
        return group.isEmpty() || visitGroup(handle, group);
    }

    private long weight(long packed, long loose) {
        return extent == Extent.OUTLINE ? packed + loose * WEIGHT * 2 : (packed + loose) * WEIGHT;
    }

    private boolean visitGroup(Handle handle, List<SubjectTable.Outline> group) {
        List<SubjectId> packed = new ArrayList<>();
        Map<SubjectId, @Nullable Instant> loose = new HashMap<>();
        for (SubjectTable.Outline subject : group) {
            if (subject.packedEvents() > 0) {
                packed.add(subject.subject());
            }
            if (subject.looseEvents() > 0) {
                loose.put(subject.subject(), subject.packedUntil());
            }
        }
        return extent == Extent.OUTLINE
                ? outlines(handle, group, history.outlines(handle, packed), loose)
                : timelines(handle, group, history.chunks(handle, packed), loose);
    }

    private boolean outlines(
            Handle handle,
            List<SubjectTable.Outline> group,
            Map<SubjectId, List<byte[]>> packed,
            Map<SubjectId, @Nullable Instant> loose) {
        Set<SubjectId> damaged = damaged(group, packed, PackedTimeline::count, loose);
        if (isTooMuch(group, damaged)) {
            int half = group.size() / 2;
            return visitGroup(handle, group.subList(0, half)) && visitGroup(handle, group.subList(half, group.size()));
        }
        LooseEvents<EventOutline> rows = events.outlinesAfter(handle, loose);
        return hand(group, damaged, rows, subject -> {
            List<byte[]> chunks = packed.getOrDefault(subject, List.of());
            List<EventOutline> behind = rows.of(subject);
            return () -> PackedTimeline.outline(chunks, behind);
        });
    }

    private boolean timelines(
            Handle handle,
            List<SubjectTable.Outline> group,
            Map<SubjectId, List<PackedTimeline>> packed,
            Map<SubjectId, @Nullable Instant> loose) {
        Set<SubjectId> damaged = damaged(group, packed, PackedTimeline::count, loose);
        LooseEvents<BehaviorEvent> rows = events.after(handle, loose);
        return hand(group, damaged, rows, subject -> {
            List<PackedTimeline> chunks = packed.getOrDefault(subject, List.of());
            List<BehaviorEvent> behind = rows.of(subject);
            return () -> PackedTimeline.unpack(chunks).plus(behind);
        });
    }

    /** Whether the rows of histories whose chunks are damaged are more than one group holds. */
    private boolean isTooMuch(List<SubjectTable.Outline> group, Set<SubjectId> damaged) {
        long size = 0;
        for (SubjectTable.Outline row : group) {
            size += damaged.contains(row.subject())
                    ? weight(0, row.eventCount())
                    : weight(row.packedEvents(), row.looseEvents());
        }
        return !damaged.isEmpty() && group.size() > 1 && size > GROUP_EVENTS * WEIGHT;
    }

    /** Takes out the chunks of subjects that have damaged ones; all their events are read as rows, in the same state of the database. */
    private static <T> Set<SubjectId> damaged(
            List<SubjectTable.Outline> group,
            Map<SubjectId, List<T>> packed,
            ToIntFunction<T> count,
            Map<SubjectId, @Nullable Instant> loose) {
        Set<SubjectId> damaged = new HashSet<>();
        for (SubjectTable.Outline row : group) {
            List<T> chunks = packed.getOrDefault(row.subject(), List.of());
            if (!PackedHistory.holds(chunks, count, row.packedEvents())) {
                damaged.add(row.subject());
                packed.remove(row.subject());
                loose.put(row.subject(), null);
            }
        }
        return damaged;
    }

    private boolean hand(
            List<SubjectTable.Outline> group,
            Set<SubjectId> damaged,
            LooseEvents<?> rows,
            Function<SubjectId, Supplier<Timeline>> unpacking) {
        for (SubjectTable.Outline row : group) {
            SubjectId subject = row.subject();
            if (rows.damaged().contains(subject)) {
                continue;
            }
            int found = rows.of(subject).size();
            long expected = row.packedEvents() + found;
            if (damaged.contains(subject)) {
                expected = row.eventCount();
                if (found == expected) {
                    database.damage().mended(PackedHistory.words(subject));
                    if (hurt.size() < MOST_REPAIRED) {
                        hurt.add(subject);
                    }
                }
            }
            if (!hand(row, expected, unpacking.apply(subject))) {
                return false;
            }
        }
        return true;
    }

    private boolean hand(SubjectTable.Outline row, long expected, Supplier<Timeline> unpacking) {
        Supplier<Timeline> checked = () -> {
            Timeline timeline = unpacking.get();
            PackedHistory.check(timeline.size(), expected);
            return timeline;
        };
        return visitor.test(new RowHistory(row.subject(), row.eventCount(), checked, database.damage()));
    }
}
