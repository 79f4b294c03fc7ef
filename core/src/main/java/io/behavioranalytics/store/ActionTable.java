package io.behavioranalytics.store;

import io.behavioranalytics.decision.Adoption;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled actions of a store in memory.
 *
 * <p>An action that may still be carried out stands in exactly one of three places: among the claimable ones of its type, among
 * the leased ones, or, dead, in neither. A lease that is over makes an action claimable but does not change its status: until
 * somebody claims it, its owner may still come back and settle it, as its token is the newest.
 */
final class ActionTable implements Queue {
    private static final Comparator<UUID> IDS = (a, b) -> EventKey.compare(0, 0, a, 0, 0, b);

    private static final Comparator<Row> CLAIM_ORDER = Comparator.<Row, Instant>comparing(row -> row.notBefore)
            .thenComparing(row -> row.action.priority(), Comparator.reverseOrder())
            .thenComparing(row -> row.action.id(), IDS);

    private static final Comparator<Row> LEASE_ORDER =
            Comparator.<Row, Instant>comparing(row -> row.leaseEnd).thenComparing(row -> row.action.id(), IDS);

    /** An action; the fields that the trees are sorted by change only while it stands in neither. */
    private static final class Row {
        ScheduledAction action;
        ActionStatus status = ActionStatus.PENDING;
        int attempts;
        long token;
        Instant notBefore;
        Instant leaseEnd = Instant.MIN;

        @Nullable
        Instant settledAt;

        @Nullable
        String lastError;

        Cancellation.@Nullable Reason cancellation;

        @Nullable
        Instant cancelledAt;

        Row(ScheduledAction action) {
            this.action = action;
            this.notBefore = action.dueAt();
        }

        boolean isOpen() {
            return status != ActionStatus.DONE && status != ActionStatus.CANCELLED;
        }

        ActionRecord record() {
            return new ActionRecord(
                    action,
                    status,
                    attempts,
                    notBefore,
                    settledAt,
                    lastError,
                    status == ActionStatus.CANCELLED ? cancellation : null);
        }
    }

    private final Gate gate;
    private final InstantSource clock;
    private final Map<UUID, Row> rows = new HashMap<>();
    private final Map<ActionStatus, NavigableMap<UUID, Row>> byStatus = new EnumMap<>(ActionStatus.class);
    private final Map<SubjectId, Set<Row>> openBySubject = new HashMap<>();
    private final Map<String, NavigableSet<Row>> claimable = new HashMap<>();
    private final NavigableSet<Row> leased = new TreeSet<>(LEASE_ORDER);
    private long rateMinute = Long.MIN_VALUE;
    private int claimedInMinute;

    ActionTable(Gate gate, InstantSource clock) {
        this.gate = gate;
        this.clock = clock;
        for (ActionStatus status : ActionStatus.values()) {
            byStatus.put(status, new TreeMap<>(IDS));
        }
    }

    // What a commit does, under the store's lock.

    boolean has(UUID actionId) {
        return rows.containsKey(actionId);
    }

    /** What became of a firing's actions; of those that are forgotten nothing is known. */
    ExecutionOutcome outcome(TriggerExecution execution) {
        int done = 0;
        int dead = 0;
        for (UUID id : execution.actions()) {
            Row row = rows.get(id);
            done += row != null && row.status == ActionStatus.DONE ? 1 : 0;
            dead += row != null && row.status == ActionStatus.DEAD ? 1 : 0;
        }
        return new ExecutionOutcome(
                execution.id(),
                execution.triggerId(),
                execution.executedAt(),
                execution.actions().size(),
                done,
                dead);
    }

    void schedule(ScheduledAction action) {
        Row row = new Row(action);
        rows.put(action.id(), row);
        list(row.status).put(action.id(), row);
        open(row);
        claimable(row).add(row);
    }

    /** Everything, in the order of an archive. */
    List<ArchiveRecord> archived() {
        return rows.values().stream()
                .sorted(Comparator.comparing(row -> row.action.id(), IDS))
                .<ArchiveRecord>map(row -> new ArchiveRecord.Scheduled(
                        row.action,
                        row.status,
                        row.attempts,
                        row.token,
                        row.notBefore,
                        row.settledAt,
                        row.lastError,
                        row.cancellation,
                        row.cancelledAt))
                .toList();
    }

    /** Puts an action in as an archive brings it; the lease of one that was claimed is over. */
    void restore(ArchiveRecord.Scheduled archived) {
        Row row = new Row(archived.action());
        if (rows.putIfAbsent(archived.id(), row) != null) {
            throw new IllegalArgumentException("action " + archived.id() + " stands there twice");
        }
        row.status = archived.status();
        row.attempts = archived.attempts();
        row.token = archived.token();
        row.notBefore = archived.notBefore();
        row.settledAt = archived.settledAt();
        row.lastError = archived.lastError();
        row.cancellation = archived.cancellation();
        row.cancelledAt = archived.cancelledAt();
        list(row.status).put(archived.id(), row);
        if (row.isOpen()) {
            open(row);
        }
        switch (row.status) {
            case PENDING -> claimable(row).add(row);
            case CLAIMED, RUNNING -> leased.add(row);
            case DONE, DEAD, CANCELLED -> {}
        }
    }

    /** Forgets actions that were done or cancelled before an instant. */
    int forget(Instant before, int limit) {
        int forgotten = 0;
        for (ActionStatus status : List.of(ActionStatus.DONE, ActionStatus.CANCELLED)) {
            Iterator<Row> ended = list(status).values().iterator();
            while (ended.hasNext() && forgotten < limit) {
                Row row = ended.next();
                if (row.settledAt != null && row.settledAt.isBefore(before)) {
                    ended.remove();
                    rows.remove(row.action.id());
                    forgotten++;
                }
            }
        }
        return forgotten;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void clear() {
        rows.clear();
        byStatus.values().forEach(Map::clear);
        openBySubject.clear();
        claimable.clear();
        leased.clear();
    }

    /** Cancels an action that has not ended; a running attempt may end first. */
    void cancel(Cancellation cancellation, Instant at) {
        Row row = rows.get(cancellation.actionId());
        if (row == null || row.cancellation != null) {
            return;
        }
        switch (row.status) {
            case PENDING, CLAIMED -> {
                row.cancellation = cancellation.reason();
                end(row, ActionStatus.CANCELLED, at);
            }
            case RUNNING -> {
                row.cancellation = cancellation.reason();
                row.cancelledAt = at;
                // Its lease may be over; among the leased ones it ends with the next look at them.
                if (claimable(row).remove(row)) {
                    leased.add(row);
                }
            }
            case DONE, DEAD, CANCELLED -> {}
        }
    }

    /** Makes open actions of one subject another's. */
    void adopt(Adoption adoption, SubjectId target) {
        Set<Row> open = openBySubject.get(adoption.source());
        if (open == null) {
            return;
        }
        List<Row> moving = new ArrayList<>(open);
        List<UUID> named = adoption.actions();
        if (named != null) {
            Set<UUID> ids = new HashSet<>(named);
            moving.removeIf(row -> !ids.contains(row.action.id()));
        }
        open.removeAll(moving);
        if (open.isEmpty()) {
            openBySubject.remove(adoption.source());
        }
        for (Row row : moving) {
            ScheduledAction old = row.action;
            row.action = new ScheduledAction(
                    old.id(),
                    old.executionId(),
                    old.triggerId(),
                    old.triggerKey(),
                    target,
                    old.action(),
                    old.cause(),
                    old.priority(),
                    old.dueAt());
            open(row);
        }
    }

    private NavigableMap<UUID, Row> list(ActionStatus status) {
        return byStatus.computeIfAbsent(status, same -> new TreeMap<>(IDS));
    }

    private NavigableSet<Row> claimable(Row row) {
        return claimable.computeIfAbsent(row.action.action().type(), type -> new TreeSet<>(CLAIM_ORDER));
    }

    private void open(Row row) {
        openBySubject
                .computeIfAbsent(row.action.subject(), subject -> new LinkedHashSet<>(2))
                .add(row);
    }

    private void change(Row row, ActionStatus status) {
        list(row.status).remove(row.action.id());
        row.status = status;
        list(status).put(row.action.id(), row);
    }

    /** Takes an action out of the trees, before a field that they are sorted by changes. */
    private void take(Row row) {
        claimable(row).remove(row);
        leased.remove(row);
    }

    private void end(Row row, ActionStatus status, Instant at) {
        take(row);
        change(row, status);
        row.settledAt = at;
        if (!row.isOpen()) {
            openBySubject.computeIfPresent(row.action.subject(), (subject, open) -> {
                open.remove(row);
                return open.isEmpty() ? null : open;
            });
        }
    }

    /** Makes the actions claimable whose lease is over, and ends those of them that were cancelled. */
    private void release(Instant storeNow) {
        while (!leased.isEmpty() && !leased.first().leaseEnd.isAfter(storeNow)) {
            Row row = leased.first();
            if (row.cancelledAt != null) {
                end(row, ActionStatus.CANCELLED, row.cancelledAt);
            } else {
                leased.pollFirst();
                claimable(row).add(row);
            }
        }
    }

    @Override
    public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
        Arguments.limit(limit);
        Arguments.lease(lease);
        return gate.inside(() -> {
            Instant storeNow = clock.instant();
            release(storeNow);
            int allowed = Math.min(limit, allowed(storeNow, ratePerMinute));
            List<Claim> claims = new ArrayList<>();
            while (claims.size() < allowed) {
                Optional<Row> first = first(types).filter(row -> !row.notBefore.isAfter(now));
                if (first.isEmpty()) {
                    break;
                }
                Row row = first.get();
                take(row);
                change(row, ActionStatus.CLAIMED);
                row.attempts++;
                row.token++;
                row.leaseEnd = storeNow.plus(lease);
                leased.add(row);
                claims.add(new Claim(row.action, row.attempts, row.token));
            }
            claimedInMinute += claims.size();
            return List.copyOf(claims);
        });
    }

    private int allowed(Instant storeNow, int ratePerMinute) {
        long minute = Math.floorDiv(storeNow.getEpochSecond(), 60L);
        if (minute != rateMinute) {
            rateMinute = minute;
            claimedInMinute = 0;
        }
        return Math.max(0, ratePerMinute - claimedInMinute);
    }

    private Optional<Row> first(Collection<String> types) {
        return types.stream()
                .map(claimable::get)
                .flatMap(rowsOfType ->
                        rowsOfType == null || rowsOfType.isEmpty() ? Stream.empty() : Stream.of(rowsOfType.first()))
                .min(CLAIM_ORDER);
    }

    /** The action of a claim that is not lost, or null. */
    private @Nullable Row held(Claim claim) {
        Row row = rows.get(claim.action().id());
        boolean held = row != null
                && row.token == claim.token()
                && (row.status == ActionStatus.CLAIMED || row.status == ActionStatus.RUNNING);
        return held ? row : null;
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        Arguments.lease(lease);
        return gate.inside(() -> {
            Row row = held(claim);
            if (row == null) {
                return false;
            }
            take(row);
            change(row, ActionStatus.RUNNING);
            row.leaseEnd = clock.instant().plus(lease);
            leased.add(row);
            return true;
        });
    }

    @Override
    public boolean settle(Claim claim, Settlement settlement) {
        return gate.inside(() -> {
            Row row = held(claim);
            if (row == null) {
                return false;
            }
            if (settlement instanceof Settlement.Done done) {
                end(row, ActionStatus.DONE, done.at());
            } else if (settlement instanceof Settlement.Dead dead) {
                row.lastError = dead.error();
                end(row, row.cancelledAt == null ? ActionStatus.DEAD : ActionStatus.CANCELLED, dead.at());
            } else if (settlement instanceof Settlement.Held held) {
                row.attempts--;
                if (row.cancelledAt != null) {
                    end(row, ActionStatus.CANCELLED, held.at());
                } else {
                    waitUntil(row, held.notBefore());
                }
            } else if (settlement instanceof Settlement.Retry retry) {
                row.lastError = retry.error();
                if (row.cancelledAt != null) {
                    end(row, ActionStatus.CANCELLED, retry.at());
                } else {
                    waitUntil(row, retry.notBefore());
                }
            }
            return true;
        });
    }

    private void waitUntil(Row row, Instant notBefore) {
        take(row);
        change(row, ActionStatus.PENDING);
        row.notBefore = notBefore;
        claimable(row).add(row);
    }

    @Override
    public boolean requeue(UUID actionId, Instant notBefore) {
        return gate.inside(() -> {
            Row row = rows.get(actionId);
            if (row == null || row.status != ActionStatus.DEAD) {
                return false;
            }
            row.attempts = 0;
            row.settledAt = null;
            waitUntil(row, notBefore);
            return true;
        });
    }

    @Override
    public Map<UUID, ActionRecord> find(Collection<UUID> actionIds) {
        return gate.inside(() -> {
            Map<UUID, ActionRecord> found = new LinkedHashMap<>();
            for (UUID id : actionIds) {
                Row row = rows.get(id);
                if (row != null) {
                    found.put(id, row.record());
                }
            }
            return found;
        });
    }

    @Override
    public List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit) {
        Arguments.limit(limit);
        return gate.inside(() -> {
            NavigableMap<UUID, Row> all = list(status);
            return (after == null ? all : all.tailMap(after, false))
                    .values().stream().limit(limit).map(Row::record).toList();
        });
    }

    Map<ActionStatus, Long> counts() {
        Map<ActionStatus, Long> counts = new EnumMap<>(ActionStatus.class);
        byStatus.forEach((status, actions) -> counts.put(status, (long) actions.size()));
        return counts;
    }

    Map<String, Long> due(Instant now) {
        Map<String, Long> counts = new HashMap<>();
        claimable.forEach((type, actions) -> {
            long due = 0;
            for (Row row : actions) {
                if (row.notBefore.isAfter(now)) {
                    break;
                }
                due += row.status == ActionStatus.PENDING ? 1 : 0;
            }
            if (due > 0) {
                counts.put(type, due);
            }
        });
        return counts;
    }

    @Override
    public Optional<Instant> nextDue(Collection<String> types) {
        return gate.inside(() -> {
            release(clock.instant());
            return first(types).map(row -> row.notBefore);
        });
    }
}
