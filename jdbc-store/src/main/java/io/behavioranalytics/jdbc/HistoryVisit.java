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
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The histories of all subjects, in one transaction that sees one state of the database. Subjects are paged through by their key; of those
 * of a page the chunks, and the events that are not packed, come a group at a time, which is cut by the number of events. Nothing is unpacked
 * here, so whoever asks for the timelines may do that on many threads.
 */
final class HistoryVisit {
    private static final int PAGE = 1_000;

    /** The most events of a group of several subjects. */
    private static final int GROUP_EVENTS = 65_536;

    private final Database database;
    private final SubjectTable subjects;
    private final EventTable events;
    private final PackedHistory history;
    private final Extent extent;
    private final Predicate<StoredHistory> visitor;

    HistoryVisit(Database database, JdbcStore.Tables tables, Extent extent, Predicate<StoredHistory> visitor) {
        this.database = database;
        this.subjects = tables.subjects();
        this.events = tables.events();
        this.history = tables.history();
        this.extent = extent;
        this.visitor = visitor;
    }

    void run() {
        database.readOnce("reading histories", handle -> {
            SubjectId after = null;
            while (true) {
                List<SubjectTable.Outline> page = subjects.outlines(handle, after, PAGE);
                if (!visit(handle, page) || page.size() < PAGE) {
                    return true;
                }
                after = page.get(PAGE - 1).subject();
            }
        });
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
            if (!group.isEmpty() && size + subject.eventCount() > GROUP_EVENTS) {
                if (!visitGroup(handle, group)) {
                    return false;
                }
                group.clear();
                size = 0;
            }
            group.add(subject);
            size += subject.eventCount();
        }
        return group.isEmpty() || visitGroup(handle, group);
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
                ? outlines(group, history.outlines(handle, packed), events.outlinesAfter(handle, loose))
                : timelines(group, history.chunks(handle, packed), events.after(handle, loose));
    }

    private boolean outlines(
            List<SubjectTable.Outline> group, Map<SubjectId, List<byte[]>> packed, LooseEvents<EventOutline> loose) {
        for (SubjectTable.Outline row : group) {
            SubjectId subject = row.subject();
            List<byte[]> chunks = packed.getOrDefault(subject, List.of());
            List<EventOutline> behind = loose.of(subject);
            if (!loose.damaged().contains(subject)
                    && !hand(row, behind.size(), () -> PackedTimeline.outline(chunks, behind))) {
                return false;
            }
        }
        return true;
    }

    private boolean timelines(
            List<SubjectTable.Outline> group,
            Map<SubjectId, List<PackedTimeline>> packed,
            LooseEvents<BehaviorEvent> loose) {
        for (SubjectTable.Outline row : group) {
            SubjectId subject = row.subject();
            List<PackedTimeline> chunks = packed.getOrDefault(subject, List.of());
            List<BehaviorEvent> behind = loose.of(subject);
            if (!loose.damaged().contains(subject)
                    && !hand(
                            row,
                            behind.size(),
                            () -> PackedTimeline.unpack(chunks).plus(behind))) {
                return false;
            }
        }
        return true;
    }

    private boolean hand(SubjectTable.Outline row, int loose, Supplier<Timeline> unpacking) {
        Supplier<Timeline> checked = () -> {
            Timeline timeline = unpacking.get();
            PackedHistory.check(timeline.size() - loose, row.packedEvents());
            return timeline;
        };
        return visitor.test(new RowHistory(row.subject(), row.eventCount(), checked, database.damage()));
    }
}
