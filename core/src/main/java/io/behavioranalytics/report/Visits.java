package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The visits of a subject, as its profile counts them: the events of one session, or those without one, until it was silent for longer
 * than the timeout. Reused from subject to subject; not thread-safe.
 */
final class Visits {
    private final long timeout;
    private final Map<String, Integer> open = new HashMap<>();
    private int[] numbers = new int[64];
    private long[] lasts = new long[16];
    private int count;

    Visits(Duration timeout) {
        this.timeout = Micros.of(timeout);
    }

    void read(SubjectHistory history) {
        open.clear();
        count = 0;
        if (numbers.length < history.size()) {
            numbers = new int[history.size() * 2];
        }
        for (int i = 0; i < history.size(); i++) {
            String session = history.sessionId(i);
            String key = session == null ? "" : session;
            long at = history.micros(i);
            Integer visit = open.get(key);
            if (visit == null || at - lasts[visit] > timeout) {
                if (count == lasts.length) {
                    lasts = Arrays.copyOf(lasts, count * 2);
                }
                visit = count++;
                open.put(key, visit);
            }
            lasts[visit] = at;
            numbers[i] = visit;
        }
    }

    int count() {
        return count;
    }

    /** The visit of an event, from 0 on in the order in which they begin. */
    int visit(int index) {
        return numbers[index];
    }

    /** The last instant at which an event could still join. */
    long openUntil(int visit) {
        return Micros.plus(lasts[visit], timeout);
    }
}
