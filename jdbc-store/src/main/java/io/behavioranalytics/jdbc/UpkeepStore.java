package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.Upkeep;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upkeep of a store in a database. Subjects are paged through by the primary key; those with something to do are locked a few
 * at a time, without waiting for those that a commit holds, for as long as one short transaction.
 */
final class UpkeepStore implements Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(UpkeepStore.class);
    private static final int PAGE = 1_000;

    /** The most subjects that one transaction of a purge holds. */
    private static final int GROUP = 64;

    /** The most events that one transaction deletes. */
    private static final int MOST_DELETED = 1_000;

    /** The most events that one transaction packs of several subjects. */
    private static final int MOST_PACKED = 16_384;

    private static final int READ_PAGE = 256;

    private final Database database;
    private final JdbcStore.Tables tables;
    private final DefinitionTable definitions;

    UpkeepStore(Database database, JdbcStore.Tables tables, DefinitionTable definitions) {
        this.database = database;
        this.tables = tables;
        this.definitions = definitions;
    }

    // ---- purging

    @Override
    public Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        Duration shortest = retention.shortest();
        if (shortest == null) {
            database.check();
            return new Progress(0, null, true);
        }
        List<SubjectTable.Outline> page =
                database.query("reading subjects", handle -> tables.subjects().outlines(handle, after, PAGE));
        long deleted = 0;
        SubjectId reached = after;
        List<SubjectId> group = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            SubjectTable.Outline subject = page.get(i);
            Instant oldest = subject.oldestEvent();
            if (oldest != null && !oldest.plus(shortest).isAfter(now)) {
                group.add(subject.subject());
            }
            if (group.size() == GROUP || i == page.size() - 1) {
                Step step = purge(group, retention, now, (int) Math.min(limit - deleted, MOST_DELETED));
                deleted += step.deleted;
                if (step.stopped != null) {
                    return new Progress(deleted, before(page, step.stopped, after), false);
                }
                group.clear();
                reached = subject.subject();
            }
        }
        boolean complete = page.size() < PAGE;
        return new Progress(deleted, complete ? null : reached, complete);
    }

    /** The subject before another in a page. */
    private static @Nullable SubjectId before(
            List<SubjectTable.Outline> page, SubjectId subject, @Nullable SubjectId after) {
        SubjectId before = after;
        for (SubjectTable.Outline row : page) {
            if (row.subject().equals(subject)) {
                break;
            }
            before = row.subject();
        }
        return before;
    }

    /**
     * One transaction of a purge.
     *
     * @param deleted how many events it deleted
     * @param stopped the subject at which there was no more room, or null if all were looked at
     */
    private record Step(int deleted, @Nullable SubjectId stopped) {}

    private Step purge(List<SubjectId> group, Retention retention, Instant now, int limit) {
        if (group.isEmpty()) {
            return new Step(0, null);
        }
        if (limit <= 0) {
            return new Step(0, group.get(0));
        }
        return database.write("purging", (handle, attempt) -> purge(handle, group, retention, now, limit));
    }

    private Step purge(Handle handle, List<SubjectId> group, Retention retention, Instant now, int limit)
            throws SQLException {
        Map<SubjectId, SubjectRow> rows = tables.subjects().lock(handle, Set.copyOf(group), Set.of(), new HashSet<>());
        Map<SubjectId, Instant> decided = tables.subjects().decidedAt(handle, group);
        List<UUID> deleted = new ArrayList<>();
        List<SubjectRow> changed = new ArrayList<>();
        SubjectId stopped = null;
        for (SubjectId subject : group) {
            SubjectRow row = rows.get(subject);
            if (row == null || !row.stored) {
                continue; // a commit holds it: the next purge finds it
            }
            int room = limit - deleted.size();
            if (room == 0) {
                stopped = subject;
                break;
            }
            Instant asOf = decided.get(subject);
            long horizon = Micros.of(asOf != null && asOf.isBefore(now) ? asOf : now);
            List<EventTable.Expired> expired = tables.events().expired(handle, subject, retention, horizon, room);
            if (expired.isEmpty()) {
                continue;
            }
            Set<UUID> ids = new HashSet<>();
            expired.forEach(event -> ids.add(event.id()));
            Instant earliest = expired.get(0).timestamp();
            Instant latest = expired.get(expired.size() - 1).timestamp();
            tables.history().remove(handle, row, ids, earliest, latest);
            row.eventCount -= ids.size();
            deleted.addAll(ids);
            changed.add(row);
            if (expired.size() == room) {
                stopped = subject; // there may be more of it
                break;
            }
        }
        if (!deleted.isEmpty()) {
            tables.events().delete(handle, deleted);
            for (SubjectRow row : changed) {
                row.oldestEvent = tables.events().oldest(handle, row.subject);
            }
            Writes writes = new Writes();
            tables.subjects().kept(writes, changed);
            writes.send(handle, database.dialect());
        }
        return new Step(deleted.size(), stopped);
    }

    // ---- packing, forgetting, looking

    /** One transaction at most, of one group. */
    @Override
    public Progress pack(@Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        List<SubjectTable.Outline> page =
                database.query("reading subjects", handle -> tables.subjects().outlines(handle, after, PAGE));
        List<SubjectId> group = new ArrayList<>();
        long size = 0;
        SubjectId reached = after;
        for (SubjectTable.Outline subject : page) {
            if (PackedHistory.isWorthPacking(subject.eventCount(), subject.packedEvents())) {
                size += subject.looseEvents();
                if (group.size() == limit || (!group.isEmpty() && size > MOST_PACKED)) {
                    return new Progress(pack(group), reached, false);
                }
                group.add(subject.subject());
            }
            reached = subject.subject();
        }
        boolean complete = page.size() < PAGE;
        return new Progress(pack(group), complete ? null : reached, complete);
    }

    /** Packs some histories; that this fails, as when a commit meets it, is no harm. */
    private long pack(List<SubjectId> group) {
        if (group.isEmpty()) {
            return 0;
        }
        try {
            return database.once(handle -> tables.history().pack(handle, group));
        } catch (SQLException | JdbiException failed) {
            database.check();
            LOG.debug("{} histories were not packed", group.size(), failed);
            return 0;
        }
    }

    @Override
    public long forget(Instant before, int limit) {
        Arguments.limit(limit);
        return database.write("forgetting", (handle, attempt) -> {
            tables.log().prune(handle);
            return (long) tables.facts().forgetSkips(handle, before, limit)
                    + tables.actions().forget(handle, before, limit);
        });
    }

    @Override
    public long trimSkips(long most, int limit) {
        Arguments.limit(limit);
        if (most < 0) {
            throw new IllegalArgumentException("most must not be negative: " + most);
        }
        return database.write(
                "forgetting", (handle, attempt) -> (long) tables.facts().trimSkips(handle, most, limit));
    }

    @Override
    public Holding held(SubjectId subject) {
        return database.read("reading what is held of a subject", handle -> {
            List<SubjectTable.Found> found = tables.subjects().find(handle, List.of(subject));
            Set<UUID> segments = tables.facts().segmentsOf(handle, subject);
            if (found.isEmpty()) {
                return new Holding(0, null, segments);
            }
            SubjectTable.Loaded row = found.get(0).readable();
            return new Holding(row.version(), row.due(), segments);
        });
    }

    // ---- everything

    @Override
    public void read(Consumer<? super ArchiveRecord> visitor) {
        database.readOnce("reading everything", handle -> {
            definitions.visit(handle, visitor);
            Optional<SubjectId> after = Optional.empty();
            do {
                List<SubjectTable.Found> page = tables.subjects().page(handle, after.orElse(null), READ_PAGE);
                for (SubjectTable.Found found : page) {
                    SubjectTable.Loaded subject = found.loaded();
                    if (subject == null) {
                        visitor.accept(new ArchiveRecord.Damaged("subject", Columns.text(found.subject())));
                        continue;
                    }
                    visitor.accept(new ArchiveRecord.Subject(
                            subject.subject(), subject.version(), subject.state(), subject.links(), subject.due()));
                    if (subject.eventCount() > 0) {
                        tables.events()
                                .visit(
                                        handle,
                                        subject.subject(),
                                        event -> visitor.accept(new ArchiveRecord.Event(subject.subject(), event)),
                                        id -> visitor.accept(new ArchiveRecord.Damaged("event", id.toString())));
                    }
                }
                after = page.isEmpty()
                        ? Optional.empty()
                        : Optional.of(page.get(page.size() - 1).subject());
            } while (after.isPresent());
            tables.facts().visit(handle, visitor);
            tables.actions().visit(handle, visitor);
            return true;
        });
    }

    @Override
    public void restore(Iterator<? extends ArchiveRecord> records) {
        database.writeOnce("restoring", handle -> {
            new Restoring(database, tables, definitions, handle).run(records);
            return true;
        });
    }
}
