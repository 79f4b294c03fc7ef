package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Subjects as records of several tables. */
final class SubjectStore implements Subjects {
    private static final int PAGE = 256;

    private final Database database;
    private final SubjectTable subjects;
    private final EventTable events;
    private final TimerTable timers;
    private final @Nullable InstantSource clock;

    SubjectStore(
            Database database,
            SubjectTable subjects,
            EventTable events,
            TimerTable timers,
            @Nullable InstantSource clock) {
        this.database = database;
        this.subjects = subjects;
        this.events = events;
        this.timers = timers;
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
        database.read("reading subjects", handle -> {
            for (SubjectTable.Loaded loaded : subjects.find(handle, new LinkedHashSet<>(ids))) {
                records.put(loaded.subject(), record(handle, loaded, projection));
            }
            return true;
        });
        return records;
    }

    private SubjectRecord record(Handle handle, SubjectTable.Loaded loaded, Projection projection) {
        Instant known = loaded.state() == null ? null : loaded.state().asOf();
        List<BehaviorEvent> timeline;
        if (projection == Projection.TIMELINE || known == null) {
            timeline = loaded.newestEvent() == null ? List.of() : events.after(handle, loaded.subject(), null);
        } else {
            boolean some = loaded.newestEvent() != null && loaded.newestEvent().isAfter(known);
            timeline = some ? events.after(handle, loaded.subject(), known) : List.of();
        }
        return new SubjectRecord(
                loaded.subject(), loaded.version(), loaded.state(), loaded.links(), Timeline.of(timeline));
    }

    @Override
    public void scan(Projection projection, Predicate<SubjectRecord> visitor) {
        SubjectId after = null;
        while (true) {
            SubjectId from = after;
            List<SubjectRecord> stretch = new ArrayList<>();
            Optional<SubjectId> last = database.read("reading subjects", handle -> {
                stretch.clear();
                SubjectId seen = null;
                for (SubjectTable.Loaded loaded : subjects.page(handle, from, PAGE)) {
                    seen = loaded.subject();
                    if (loaded.newestEvent() != null && events.hasAny(handle, loaded.subject())) {
                        stretch.add(record(handle, loaded, projection));
                    }
                }
                return Optional.ofNullable(seen);
            });
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

    @Override
    public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
        ActionTable.limit(limit);
        ActionTable.lease(lease);
        return database.write(
                "claiming subjects", (handle, attempt) -> timers.claim(handle, now, limit, storeNow(), lease));
    }

    @Override
    public Optional<Instant> nextDue() {
        return database.read("reading the next timer", handle -> timers.next(handle, storeNow()));
    }

    @Override
    public List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit) {
        ActionTable.limit(limit);
        return database.read(
                "reading subjects", handle -> subjects.decidedBefore(handle, definitionsVersion, after, limit));
    }
}
