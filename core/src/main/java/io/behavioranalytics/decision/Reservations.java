package io.behavioranalytics.decision;

import io.behavioranalytics.trigger.Cap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The slots that one subject's actions hold, each at its planned instant (S20); only of actions that some cap counted. A slot that no
 * cap can ask for again is forgotten. Not thread-safe.
 */
final class Reservations {
    /**
     * One action's slot.
     *
     * @param channel the action's channel, or null
     * @param at the planned instant
     */
    record Slot(UUID actionId, UUID triggerId, @Nullable String channel, long at) {}

    /**
     * A cap and what it counts.
     *
     * @param trigger only actions of this trigger, or null for those of all that reach the lead
     */
    record Rule(Cap cap, @Nullable UUID trigger) {
        boolean counts(UUID triggerId, @Nullable String channel) {
            boolean inPlace = trigger == null ? channel != null : trigger.equals(triggerId);
            return inPlace && (cap.channel() == null || cap.channel().equals(channel));
        }

        boolean counts(Slot slot) {
            return counts(slot.triggerId(), slot.channel());
        }
    }

    private final List<Slot> slots;

    Reservations() {
        slots = new ArrayList<>(0);
    }

    Reservations(Reservations original) {
        slots = new ArrayList<>(original.slots);
    }

    List<Slot> slots() {
        return slots;
    }

    /** Whether some action beside those that hold a slot may take one, by every rule that counts it. */
    boolean admit(Slot candidate, List<Slot> beside, List<Rule> rules, ZoneId zone) {
        for (Rule rule : rules) {
            if (rule.counts(candidate) && isOver(rule, candidate, beside, zone)) {
                return false;
            }
        }
        return true;
    }

    private boolean isOver(Rule rule, Slot candidate, List<Slot> beside, ZoneId zone) {
        Cap cap = rule.cap();
        List<Slot> counted = new ArrayList<>();
        for (Slot slot : slots) {
            if (rule.counts(slot)) {
                counted.add(slot);
            }
        }
        for (Slot slot : beside) {
            if (rule.counts(slot)) {
                counted.add(slot);
            }
        }
        if (counted.size() < cap.max()) {
            return false;
        }
        Duration last = cap.last();
        if (last != null) {
            return isOver(counted, candidate.at(), cap.max(), Plan.micros(last));
        }
        long stretch = cap.stretchOf(candidate.at(), zone);
        int taken = 0;
        for (Slot slot : counted) {
            taken += cap.stretchOf(slot.at(), zone) == stretch ? 1 : 0;
        }
        return taken >= cap.max();
    }

    /** Whether one of the windows (t − length, t] that contain an instant would hold more than so many. */
    private static boolean isOver(List<Slot> counted, long at, int max, long length) {
        long[] instants = new long[counted.size() + 1];
        for (int i = 0; i < counted.size(); i++) {
            instants[i] = counted.get(i).at();
        }
        instants[counted.size()] = at;
        Arrays.sort(instants);
        // One window holds the instants a <= b exactly if b - a < length; so one that is over holds max + 1 neighbours.
        for (int i = 0; i + max < instants.length; i++) {
            boolean contains = instants[i] <= at && at <= instants[i + max];
            if (contains && instants[i + max] - instants[i] < length) {
                return true;
            }
        }
        return false;
    }

    void take(List<Slot> taken) {
        slots.addAll(taken);
    }

    /** Returns the slot of an action that is cancelled. */
    void giveBack(UUID actionId) {
        slots.removeIf(slot -> slot.actionId().equals(actionId));
    }

    /** Returns the slot of a cancelled action unless its instant has come: it may have been carried out. */
    void giveBack(UUID actionId, long now) {
        slots.removeIf(slot -> slot.actionId().equals(actionId) && slot.at() > now);
    }

    /** Forgets what no cap that reaches so far can count together with an action planned now or later. */
    void prune(long now, long reach) {
        slots.removeIf(slot -> slot.at() <= now - reach);
    }

    /** Takes over another's slots but those of some actions. */
    void inherit(Reservations other, Set<UUID> without) {
        for (Slot slot : other.slots) {
            if (!without.contains(slot.actionId())) {
                slots.add(slot);
            }
        }
    }

    void clear() {
        slots.clear();
    }

    long weight() {
        return 96L * slots.size();
    }

    void writeTo(DataOutput out) throws IOException {
        ShortNumbers.write(out, slots.size());
        for (Slot slot : slots) {
            write(out, slot.actionId());
            write(out, slot.triggerId());
            out.writeUTF(slot.channel() == null ? "" : slot.channel());
            out.writeLong(slot.at());
        }
    }

    static Reservations readFrom(DataInput in) throws IOException {
        Reservations read = new Reservations();
        for (int i = ShortNumbers.readSize(in); i > 0; i--) {
            UUID action = new UUID(in.readLong(), in.readLong());
            UUID trigger = new UUID(in.readLong(), in.readLong());
            String channel = in.readUTF();
            read.slots.add(new Slot(action, trigger, channel.isEmpty() ? null : channel, in.readLong()));
        }
        return read;
    }

    private static void write(DataOutput out, UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }
}
