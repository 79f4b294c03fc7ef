package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a transaction knows of a subject that it has locked, or that does not exist; it changes with what the batch brings. */
final class SubjectRow {
    final SubjectId subject;
    /** The subject as it stands in columns. */
    final String text;

    /** Whether the row was there before the transaction, or was inserted by it. */
    boolean stored;

    long version;

    @Nullable
    Instant due;

    /** No event of the subject is earlier, null if there never was one. */
    @Nullable
    Instant oldestEvent;

    /** The latest instant of an event that the subject has or had. */
    @Nullable
    Instant newestEvent;

    /** The latest instant in the packed history. */
    @Nullable
    Instant packedUntil;

    /** How many events the subject has. */
    long eventCount;

    /** How many of them are in the packed history. */
    long packedEvents;

    SubjectRow(SubjectId subject) {
        this(subject, Columns.text(subject));
    }

    SubjectRow(SubjectId subject, String text) {
        this.subject = subject;
        this.text = text;
    }

    /** Notes that an event came. */
    void arrived(Instant timestamp) {
        eventCount++;
        if (oldestEvent == null || timestamp.isBefore(oldestEvent)) {
            oldestEvent = timestamp;
        }
        if (newestEvent == null || timestamp.isAfter(newestEvent)) {
            newestEvent = timestamp;
        }
    }
}
