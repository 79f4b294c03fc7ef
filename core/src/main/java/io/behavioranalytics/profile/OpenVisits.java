package io.behavioranalytics.profile;

import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The visits of a subject: how many, their time, and the open ones.
 *
 * <p>A visit is open while an event could still join it. Of an open visit only the last event is kept, for the time spent
 * grows by the gap when an event joins; of a closed one nothing but its part of the sums.
 */
final class OpenVisits {
    /** The stream of events without a session; no session has an empty id. */
    private static final String NO_SESSION = "";

    private static final int MOST_OPEN = 1 << 24;

    /** Last event by session, the longest silent first. */
    private final LinkedHashMap<String, Long> lastBySession = new LinkedHashMap<>(4, 0.75f, true);

    private long count;
    private long micros;

    OpenVisits() {}

    OpenVisits(OpenVisits other) {
        lastBySession.putAll(other.lastBySession);
        count = other.count;
        micros = other.micros;
    }

    /**
     * Takes an event; events come in order.
     *
     * @return true if it begins a visit
     */
    boolean add(@Nullable String sessionId, long at, long timeout) {
        Iterator<Long> silent = lastBySession.values().iterator();
        while (silent.hasNext() && at - silent.next() > timeout) {
            silent.remove();
        }
        Long last = lastBySession.put(sessionId == null ? NO_SESSION : sessionId, at);
        if (last == null) {
            count++;
            return true;
        }
        micros += at - last;
        return false;
    }

    long count() {
        return count;
    }

    /** The sum over visits of last event minus first. */
    long micros() {
        return micros;
    }

    long weight() {
        long weight = 96;
        for (String session : lastBySession.keySet()) {
            weight += 120 + session.length();
        }
        return weight;
    }

    void writeTo(CompactFormat out) {
        out.writeNumber(count);
        out.writeNumber(micros);
        out.writeNumber(lastBySession.size());
        for (Map.Entry<String, Long> open : lastBySession.entrySet()) {
            out.writeText(open.getKey());
            out.writeInstant(open.getValue());
        }
    }

    static OpenVisits readFrom(DataInput in, long last) throws IOException {
        OpenVisits read = new OpenVisits();
        read.count = CompactFormat.readNumber(in);
        read.micros = CompactFormat.readNumber(in);
        int open = CompactFormat.readSize(in, MOST_OPEN);
        for (int i = 0; i < open; i++) {
            String session = CompactFormat.readText(in);
            long at = CompactFormat.readInstant(in, last);
            if (at == Micros.ALWAYS) {
                throw new InvalidObjectException("a profile fold holds an open visit without an event");
            }
            read.lastBySession.put(session, at);
        }
        return read;
    }
}
