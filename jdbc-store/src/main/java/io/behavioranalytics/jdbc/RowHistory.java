package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.store.StoredHistory;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

/** What rows tell of a subject's history; it is unpacked by who asks for the timeline. */
final class RowHistory implements StoredHistory {
    private final SubjectId subject;
    private final int size;
    private final Supplier<Timeline> unpacking;
    private final Damage damage;

    RowHistory(SubjectId subject, long size, Supplier<Timeline> unpacking, Damage damage) {
        this.subject = subject;
        this.size = (int) Math.min(Integer.MAX_VALUE, size);
        this.unpacking = unpacking;
        this.damage = damage;
    }

    @Override
    public SubjectId subject() {
        return subject;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Optional<Timeline> timeline() {
        try {
            return Optional.ofNullable(damage.read(() -> "the history of a " + subject.kind(), unpacking::get));
        } catch (SQLException impossible) {
            throw new IllegalStateException("unpacking asks no database", impossible);
        }
    }
}
