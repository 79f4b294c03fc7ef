package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.store.StoredHistory;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Subjects as records of several tables. */
final class SubjectStore implements Subjects {
    private static final int PAGE = 256;

    private static final Logger LOG = LoggerFactory.getLogger(SubjectStore.class);

    private final Database database;
    private final JdbcStore.Tables tables;
    private final SubjectTable subjects;
    private final EventTable events;
    private final TimerTable timers;
    private final PackedHistory history;
    private final @Nullable InstantSource clock;

    SubjectStore(Database database, JdbcStore.Tables tables, @Nullable InstantSource clock) {
        this.database = database;
        this.tables = tables;
        subjects = tables.subjects();
        events = tables.events();
        timers = tables.timers();
        history = tables.history();
        this.clock = clock;
    }

    private @Nullable Instant storeNow() {
        return clock == null ? null : clock.instant();
    }

    @Override
    public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
        Map<SubjectId, SubjectRecord> records = new LinkedHashMap<>();
        ids.forEach(id -> records.put(id, new SubjectRecord(id, 0, null, List.of(), Timeline.empty())));
        if (records.isEmpty()) {
            database.check();
            return records;
        }
        List<SubjectTable.Loaded> rows = projection == Projection.STATE ? states(records) : List.of();
        if (projection == Projection.STATE && rows.stream().noneMatch(SubjectStore::knowsMore)) {
            return records;
        }
        List<SubjectId> loose = new ArrayList<>();
        Set<SubjectId> hurt = new LinkedHashSet<>();
        database.read("reading subjects", handle -> {
            loose.clear();
            hurt.clear();
            for (SubjectTable.Found found : subjects.find(handle, ids)) {
                SubjectTable.Loaded loaded = found.loaded();
                SubjectRecord record = loaded == null ? null : record(handle, loaded, projection, hurt);
                if (record == null) {
                    records.remove(found.subject());
                    continue;
                }
                records.put(found.subject(), record);
                if (projection == Projection.TIMELINE && loaded != null && isWorthPacking(loaded)) {
                    loose.add(found.subject());
                }
            }
            return true;
        });
        loose.forEach(this::pack);
        tables.repair().run(hurt);
        return records;
    }

    /** Reads the rows alone, which is all there is to read of most subjects, and notes their records. */
    private List<SubjectTable.Loaded> states(Map<SubjectId, SubjectRecord> records) {
        List<SubjectTable.Loaded> rows = new ArrayList<>();
        for (SubjectTable.Found found :
                database.query("reading subjects", handle -> subjects.find(handle, records.keySet()))) {
            SubjectTable.Loaded row = found.loaded();
            if (row == null) {
                records.remove(found.subject());
            } else {
                rows.add(row);
                records.put(
                        row.subject(),
                        new SubjectRecord(row.subject(), row.version(), row.state(), row.links(), Timeline.empty()));
            }
        }
        return rows;
    }

    /** Whether a subject has events that its state does not know. */
    private static boolean knowsMore(SubjectTable.Loaded row) {
        SubjectState state = row.state();
        return row.eventCount() > 0
                && (state == null
                        || (row.newestEvent() != null && row.newestEvent().isAfter(state.asOf())));
    }

    private static boolean isWorthPacking(SubjectTable.Loaded loaded) {
        return loaded.eventCount() - loaded.packedEvents() >= PackedHistory.LONG;
    }

    /** Packs a history that was long to read, so that it is not the next time; that this fails is no harm. */
    private void pack(SubjectId subject) {
        try {
            database.once(handle -> history.pack(handle, List.of(subject)));
        } catch (SQLException | JdbiException failed) {
            LOG.debug("a history of {} was not packed", subject.kind(), failed);
        }
    }

    /**
     * All events of a subject: those that are packed, and those after them; or all as rows if the chunks are damaged.
     *
     * @param hurt receives the subject then
     */
    private Timeline timeline(Handle handle, SubjectTable.Loaded loaded, Set<SubjectId> hurt) {
        Timeline packed = loaded.packedUntil() == null
                ? Timeline.empty()
                : history.read(handle, loaded.subject(), loaded.packedEvents());
        if (packed == null) {
            Timeline rows = Timeline.of(events.after(handle, loaded.subject(), null));
            PackedHistory.check(rows.size(), loaded.eventCount());
            database.damage().mended(PackedHistory.words(loaded.subject()));
            hurt.add(loaded.subject());
            return rows;
        }
        if (loaded.eventCount() == loaded.packedEvents()) {
            return packed;
        }
        return packed.plus(events.after(handle, loaded.subject(), loaded.packedUntil()));
    }

    /** A subject's record, or null if its events cannot be read. */
    private @Nullable SubjectRecord record(
            Handle handle, SubjectTable.Loaded loaded, Projection projection, Set<SubjectId> hurt) throws SQLException {
        return database.damage()
                .read(
                        () -> "the history of a " + loaded.subject().kind(),
                        () -> whole(handle, loaded, projection, hurt));
    }

    private SubjectRecord whole(Handle handle, SubjectTable.Loaded loaded, Projection projection, Set<SubjectId> hurt) {
        Instant known = loaded.state() == null ? null : loaded.state().asOf();
        Timeline timeline = Timeline.empty();
        if (projection == Projection.TIMELINE || known == null) {
            timeline = timeline(handle, loaded, hurt);
        } else if (loaded.newestEvent() != null && loaded.newestEvent().isAfter(known)) {
            timeline = Timeline.of(events.after(handle, loaded.subject(), known));
        }
        return new SubjectRecord(loaded.subject(), loaded.version(), loaded.state(), loaded.links(), timeline);
    }

    @Override
    public Optional<SubjectRecord> load(SubjectId id, Instant from) {
        Set<SubjectId> hurt = new LinkedHashSet<>();
        Optional<SubjectRecord> read = database.read("reading a subject", handle -> {
            hurt.clear();
            List<SubjectTable.Found> rows = subjects.find(handle, List.of(id));
            if (rows.isEmpty()) {
                return Optional.of(new SubjectRecord(id, 0, null, List.of(), Timeline.empty()));
            }
            SubjectTable.Loaded loaded = rows.get(0).loaded();
            return loaded == null
                    ? Optional.<SubjectRecord>empty()
                    : Optional.ofNullable(database.damage()
                            .read(
                                    () -> "the history of a " + loaded.subject().kind(),
                                    () -> since(handle, loaded, from, hurt)));
        });
        tables.repair().run(hurt);
        return read;
    }

    private SubjectRecord since(Handle handle, SubjectTable.Loaded loaded, Instant from, Set<SubjectId> hurt) {
        SubjectState state = loaded.state();
        Timeline timeline;
        if (state == null) {
            timeline = timeline(handle, loaded, hurt);
        } else if (from.isAfter(state.asOf())) {
            timeline = Timeline.of(events.after(handle, loaded.subject(), state.asOf()));
        } else {
            timeline = Timeline.of(events.from(handle, loaded.subject(), from));
        }
        return new SubjectRecord(loaded.subject(), loaded.version(), state, loaded.links(), timeline);
    }

    @Override
    public long count() {
        return database.query("counting subjects", subjects::count);
    }

    @Override
    public void scan(Projection projection, Predicate<SubjectRecord> visitor) {
        SubjectId after = null;
        while (true) {
            SubjectId from = after;
            List<SubjectRecord> stretch = new ArrayList<>();
            Set<SubjectId> hurt = new LinkedHashSet<>();
            Optional<SubjectId> last = database.read("reading subjects", handle -> {
                stretch.clear();
                hurt.clear();
                List<SubjectTable.Found> page = subjects.page(handle, from, PAGE);
                List<SubjectTable.Loaded> rows = page.stream()
                        .flatMap(found -> Stream.ofNullable(found.loaded()))
                        .filter(loaded -> loaded.eventCount() > 0)
                        .toList();
                stretch.addAll(
                        projection == Projection.TIMELINE ? whole(handle, rows, hurt) : states(handle, rows, hurt));
                return page.isEmpty()
                        ? Optional.<SubjectId>empty()
                        : Optional.of(page.get(page.size() - 1).subject());
            });
            tables.repair().run(hurt);
            for (SubjectRecord record : stretch) {
                if (!visitor.test(record)) {
                    return;
                }
            }
            if (last.isEmpty()) {
                return;
            }
            after = last.get();
        }
    }

    private List<SubjectRecord> states(Handle handle, List<SubjectTable.Loaded> rows, Set<SubjectId> hurt)
            throws SQLException {
        List<SubjectRecord> records = new ArrayList<>();
        for (SubjectTable.Loaded loaded : rows) {
            SubjectRecord record = record(handle, loaded, Projection.STATE, hurt);
            if (record != null) {
                records.add(record);
            }
        }
        return records;
    }

    /** The records of some subjects with all events, read together. */
    private List<SubjectRecord> whole(Handle handle, List<SubjectTable.Loaded> rows, Set<SubjectId> hurt) {
        Map<SubjectId, SubjectTable.Loaded> bySubject = new HashMap<>();
        rows.forEach(loaded -> bySubject.put(loaded.subject(), loaded));
        List<SubjectRecord> records = new ArrayList<>();
        HistoryVisit visit = new HistoryVisit(database, tables, Extent.WHOLE, found -> {
            SubjectTable.Loaded row = Objects.requireNonNull(bySubject.get(found.subject()));
            found.timeline()
                    .ifPresent(timeline -> records.add(
                            new SubjectRecord(row.subject(), row.version(), row.state(), row.links(), timeline)));
            return true;
        });
        visit.visit(handle, rows.stream().map(SubjectTable.Loaded::outline).toList());
        hurt.addAll(visit.hurt());
        return records;
    }

    @Override
    public void visit(Extent extent, Predicate<StoredHistory> visitor) {
        new HistoryVisit(database, tables, extent, visitor).run();
    }

    @Override
    public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
        Arguments.limit(limit);
        Arguments.lease(lease);
        return database.write(
                "claiming subjects", (handle, attempt) -> timers.claim(handle, now, limit, storeNow(), lease));
    }

    @Override
    public Map<UUID, BehaviorEvent> events(Collection<UUID> ids) {
        return database.query("looking events up", handle -> events.find(handle, ids));
    }

    @Override
    public Optional<Instant> nextDue() {
        return database.query("reading the next timer", handle -> timers.next(handle, storeNow()));
    }

    @Override
    public Optional<Instant> firstDue() {
        return database.query("reading the first timer", timers::first);
    }

    @Override
    public Decided decidedSince(long definitionsVersion) {
        return database.query("counting subjects", handle -> subjects.decidedSince(handle, definitionsVersion));
    }

    @Override
    public List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        return database.query(
                "reading subjects", handle -> subjects.decidedBefore(handle, definitionsVersion, after, limit));
    }
}
