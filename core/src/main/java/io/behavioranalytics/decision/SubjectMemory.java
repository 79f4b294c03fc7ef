package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subject's facts (S8): inputs of its next decision that are never recomputed. Kept in the versioned state, so that the
 * version decides races between hosts (S6). Not thread-safe.
 */
final class SubjectMemory {
    private static final byte FORMAT = 2;

    /** A membership as it was decided. */
    record Member(String key, long version, long since) {}

    /** How often a trigger fired, and the decision instant of the last time. */
    record Firing(long last, long count) {}

    /** What made a trigger fire, as far as a later decision may have to look again. */
    enum CauseKind {
        EVENT('e'),
        ABSENCE('a'),
        ENTERED('i'),
        EXITED('o'),
        PATTERN('p'),
        CROSSED('c'),
        SEQUENCE('s');

        private final char code;

        CauseKind(char code) {
            this.code = code;
        }

        /** Whether the cause is what the subject was, and not an event, the last of some or the absence of one. */
        boolean isOfState() {
            return this != EVENT && this != ABSENCE && this != SEQUENCE;
        }

        static CauseKind of(char code) throws IOException {
            for (CauseKind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IOException("unknown kind of cause: " + (int) code);
        }
    }

    /**
     * An action that may still have to be cancelled.
     *
     * @param cause the event, or a key behind all events of its instant where the clock was the cause
     * @param segment the segment that was entered or left, or null
     * @param expiresAt the first instant at which it is not carried out any more
     */
    record Pending(
            UUID actionId,
            UUID triggerId,
            long triggerVersion,
            CauseKind kind,
            EventKey cause,
            @Nullable UUID segment,
            Set<EventType> cancelOn,
            long expiresAt) {
        Pending {
            cancelOn = Set.copyOf(cancelOn);
        }
    }

    private final Map<UUID, Member> members;
    private final Map<UUID, Firing> firings;
    private final List<Pending> pending;
    private final Reservations reservations;
    private final Set<UUID> high;
    private long lastClock = Micros.ALWAYS;

    SubjectMemory() {
        members = new TreeMap<>();
        firings = new TreeMap<>();
        pending = new ArrayList<>();
        reservations = new Reservations();
        high = new TreeSet<>();
    }

    private SubjectMemory(SubjectMemory original) {
        members = new TreeMap<>(original.members);
        firings = new TreeMap<>(original.firings);
        pending = new ArrayList<>(original.pending);
        reservations = new Reservations(original.reservations);
        high = new TreeSet<>(original.high);
        lastClock = original.lastClock;
    }

    SubjectMemory copy() {
        return new SubjectMemory(this);
    }

    /** By segment, in the order of the ids. */
    Map<UUID, Member> members() {
        return members;
    }

    @Nullable
    Firing firing(UUID triggerId) {
        return firings.get(triggerId);
    }

    void fired(UUID triggerId, long now) {
        Firing before = firings.get(triggerId);
        firings.put(triggerId, new Firing(now, before == null ? 1 : before.count() + 1));
    }

    List<Pending> pending() {
        return pending;
    }

    /** The triggers whose score was decided to be high; see {@link Watches}. */
    Set<UUID> high() {
        return high;
    }

    /** The slots of capped actions. */
    Reservations reservations() {
        return reservations;
    }

    /** The latest instant at which the clock alone changed something; an earlier event has to be decided anew from there. */
    long lastClock() {
        return lastClock;
    }

    void clockChanged(long instant) {
        lastClock = Math.max(lastClock, instant);
    }

    /** Takes over a session's firings once its lead is known: the later of both instants, counts added (S11). */
    void inheritFirings(SubjectMemory session) {
        high.addAll(session.high);
        for (Map.Entry<UUID, Firing> entry : session.firings.entrySet()) {
            firings.merge(
                    entry.getKey(),
                    entry.getValue(),
                    (mine, theirs) -> new Firing(Math.max(mine.last(), theirs.last()), mine.count() + theirs.count()));
        }
    }

    /** Takes over some of a session's pending actions, with their slots and those of what it was sent before (S11). */
    void inheritPending(SubjectMemory session, List<Pending> mine) {
        Set<UUID> others = new HashSet<>();
        session.pending.forEach(action -> others.add(action.actionId()));
        mine.forEach(action -> others.remove(action.actionId()));
        pending.addAll(mine);
        reservations.inherit(session.reservations, others);
    }

    /** Whether nothing was ever sent to the subject. */
    boolean isEmpty() {
        return firings.isEmpty() && pending.isEmpty();
    }

    /** Leaves to heirs what the subject was sent. */
    void bequeath() {
        firings.clear();
        pending.clear();
        reservations.clear();
    }

    /** Forgets actions that are settled and need no cancelling any more. */
    void forget(Set<UUID> settled) {
        pending.removeIf(action -> settled.contains(action.actionId()));
    }

    long weight() {
        long weight = 160 + 120L * members.size() + 104L * firings.size();
        for (Pending action : pending) {
            weight += 160 + 16L * action.cancelOn().size();
        }
        return weight + reservations.weight() + 64L * high.size();
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(lastClock);
        out.writeInt(members.size());
        for (Map.Entry<UUID, Member> entry : members.entrySet()) {
            write(out, entry.getKey());
            out.writeUTF(entry.getValue().key());
            out.writeLong(entry.getValue().version());
            out.writeLong(entry.getValue().since());
        }
        out.writeInt(firings.size());
        for (Map.Entry<UUID, Firing> entry : firings.entrySet()) {
            write(out, entry.getKey());
            out.writeLong(entry.getValue().last());
            out.writeLong(entry.getValue().count());
        }
        writePending(out);
        reservations.writeTo(out);
        ShortNumbers.write(out, high.size());
        for (UUID trigger : high) {
            write(out, trigger);
        }
    }

    /** Most of what waits waits because of a few triggers, so what those say is written once. */
    private void writePending(DataOutput out) throws IOException {
        Map<Origin, Integer> origins = new LinkedHashMap<>();
        for (Pending action : pending) {
            origins.putIfAbsent(Origin.of(action), origins.size());
        }
        ShortNumbers.write(out, origins.size());
        for (Origin origin : origins.keySet()) {
            origin.writeTo(out);
        }
        ShortNumbers.write(out, pending.size());
        long before = 0;
        for (Pending action : pending) {
            EventKey cause = action.cause();
            write(out, action.actionId());
            ShortNumbers.write(out, Objects.requireNonNull(origins.get(Origin.of(action))));
            ShortNumbers.writeSigned(out, cause.micros() - before);
            ShortNumbers.writeSigned(out, cause.sequence());
            write(out, cause.id());
            // An action expires behind its cause, if it does.
            ShortNumbers.write(out, action.expiresAt() == Micros.NEVER ? 0 : action.expiresAt() - cause.micros());
            before = cause.micros();
        }
    }

    /** What pending actions of one trigger have in common. */
    private record Origin(
            UUID triggerId,
            long triggerVersion,
            CauseKind kind,
            @Nullable UUID segment,
            Set<EventType> cancelOn) {
        static Origin of(Pending action) {
            return new Origin(
                    action.triggerId(), action.triggerVersion(), action.kind(), action.segment(), action.cancelOn());
        }

        void writeTo(DataOutput out) throws IOException {
            write(out, triggerId);
            ShortNumbers.write(out, triggerVersion);
            out.writeChar(kind.code);
            out.writeBoolean(segment != null);
            if (segment != null) {
                write(out, segment);
            }
            ShortNumbers.write(out, cancelOn.size());
            for (EventType type : cancelOn.stream().sorted().toList()) {
                out.writeUTF(type.name());
            }
        }

        static Origin readFrom(DataInput in) throws IOException {
            UUID triggerId = uuid(in);
            long version = ShortNumbers.read(in);
            CauseKind kind = CauseKind.of(in.readChar());
            UUID segment = in.readBoolean() ? uuid(in) : null;
            Set<EventType> cancelOn = new HashSet<>();
            for (int i = ShortNumbers.readSize(in); i > 0; i--) {
                cancelOn.add(EventType.of(in.readUTF()));
            }
            return new Origin(triggerId, version, kind, segment, Set.copyOf(cancelOn));
        }
    }

    static SubjectMemory readFrom(DataInput in) throws IOException {
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("unknown format of a subject's memory: " + format);
        }
        SubjectMemory read = new SubjectMemory();
        read.lastClock = in.readLong();
        for (int i = in.readInt(); i > 0; i--) {
            read.members.put(uuid(in), new Member(in.readUTF(), in.readLong(), in.readLong()));
        }
        for (int i = in.readInt(); i > 0; i--) {
            read.firings.put(uuid(in), new Firing(in.readLong(), in.readLong()));
        }
        read.readPending(in);
        read.reservations.inherit(Reservations.readFrom(in), Set.of());
        for (int i = ShortNumbers.readSize(in); i > 0; i--) {
            read.high.add(uuid(in));
        }
        return read;
    }

    private void readPending(DataInput in) throws IOException {
        List<Origin> origins = new ArrayList<>();
        for (int i = ShortNumbers.readSize(in); i > 0; i--) {
            origins.add(Origin.readFrom(in));
        }
        long before = 0;
        for (int i = ShortNumbers.readSize(in); i > 0; i--) {
            UUID actionId = uuid(in);
            int place = ShortNumbers.readSize(in);
            if (place >= origins.size()) {
                throw new IOException("a pending action names trigger " + place + " of " + origins.size());
            }
            Origin origin = origins.get(place);
            before += ShortNumbers.readSigned(in);
            EventKey cause = new EventKey(before, ShortNumbers.readSigned(in), uuid(in));
            long life = ShortNumbers.read(in);
            pending.add(new Pending(
                    actionId,
                    origin.triggerId(),
                    origin.triggerVersion(),
                    origin.kind(),
                    cause,
                    origin.segment(),
                    origin.cancelOn(),
                    life == 0 ? Micros.NEVER : cause.micros() + life));
        }
    }

    private static void write(DataOutput out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    private static UUID uuid(DataInput in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }
}
