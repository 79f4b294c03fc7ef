package io.behavioranalytics.store;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.SubjectId;
import org.jspecify.annotations.Nullable;

/** Checks that records come in the order of an archive, so that what was put together by hand is refused. Not thread-safe. */
public final class ArchiveOrder {
    private int stage = -1;
    private @Nullable SubjectId subject;
    private @Nullable EventKey event;

    /** Begins before the first record. */
    public ArchiveOrder() {}

    /**
     * Checks the next record.
     *
     * @param record the record
     * @throws IllegalArgumentException if it may not stand here
     */
    public void check(ArchiveRecord record) {
        if (record instanceof ArchiveRecord.Damaged && stage >= 0) {
            return;
        }
        int next = stage(record);
        boolean first = stage < 0;
        if (first != (next == 0) || next < stage) {
            throw new IllegalArgumentException("a record of an archive stands at the wrong place: a "
                    + record.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
        }
        stage = next;
        if (record instanceof ArchiveRecord.Subject head) {
            if (head.version() < 1 || head.subject().equals(subject)) {
                throw new IllegalArgumentException("a subject of an archive stands there twice, or has no version");
            }
            subject = head.subject();
            event = null;
        } else if (record instanceof ArchiveRecord.Event of) {
            if (!of.owner().equals(subject)
                    || (event != null && event.compareTo(of.event().key()) >= 0)) {
                throw new IllegalArgumentException(
                        "event " + of.event().id() + " of an archive stands at the wrong place");
            }
            event = of.event().key();
        }
    }

    /**
     * Checks that there was anything.
     *
     * @throws IllegalArgumentException if no record came
     */
    public void end() {
        if (stage < 0) {
            throw new IllegalArgumentException("an archive has at least one record");
        }
    }

    private static int stage(ArchiveRecord record) {
        if (record instanceof ArchiveRecord.Whole) {
            return 0;
        } else if (record instanceof ArchiveRecord.Defined) {
            return 1;
        } else if (record instanceof ArchiveRecord.Subject || record instanceof ArchiveRecord.Event) {
            return 2;
        } else if (record instanceof ArchiveRecord.Membership) {
            return 3;
        } else if (record instanceof ArchiveRecord.Execution) {
            return 4;
        } else if (record instanceof ArchiveRecord.Skipped) {
            return 5;
        } else if (record instanceof ArchiveRecord.Exposed) {
            return 6;
        } else if (record instanceof ArchiveRecord.Crossed) {
            return 7;
        }
        return 8;
    }
}
