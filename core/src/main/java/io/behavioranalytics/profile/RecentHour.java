package io.behavioranalytics.profile;

import java.io.DataInput;
import java.io.IOException;

/** The events of the last hour up to the last event, at most the ten latest: whether they are a burst. */
final class RecentHour {
    private static final int BURST_EVENTS = 10;
    private static final long BURST_WINDOW = 3_600_000_000L;

    /** Oldest first. */
    private final long[] at;

    private int size;

    RecentHour() {
        at = new long[BURST_EVENTS];
    }

    RecentHour(RecentHour other) {
        at = other.at.clone();
        size = other.size;
    }

    /** Drops what is more than an hour before, adds the event, and tells whether that makes ten for the first time. */
    boolean beginsBurst(long micros) {
        boolean wasBurst = size == BURST_EVENTS;
        int gone = wasBurst ? 1 : 0;
        while (gone < size && micros - at[gone] > BURST_WINDOW) {
            gone++;
        }
        if (gone > 0) {
            size -= gone;
            System.arraycopy(at, gone, at, 0, size);
        }
        at[size++] = micros;
        return !wasBurst && size == BURST_EVENTS;
    }

    void writeTo(CompactFormat out) {
        out.writeByte(size);
        for (int i = 0; i < size; i++) {
            out.writeInstant(at[i]);
        }
    }

    static RecentHour readFrom(DataInput in, long last) throws IOException {
        RecentHour read = new RecentHour();
        read.size = CompactFormat.readSize(in, BURST_EVENTS);
        for (int i = 0; i < read.size; i++) {
            read.at[i] = CompactFormat.readInstant(in, last);
        }
        return read;
    }
}
