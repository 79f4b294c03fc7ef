package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.SubjectId;
import java.sql.SQLException;
import java.util.Collection;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs anew what a reading found damaged, each subject in a transaction of its own. It may fail, as when a commit holds the subject or the
 * server takes no writes, and that does no harm: the events are still there, and the next reading finds the damage again.
 */
final class HistoryRepair {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryRepair.class);

    private final Database database;
    private final PackedHistory history;

    HistoryRepair(Database database, PackedHistory history) {
        this.database = database;
        this.history = history;
    }

    /** Takes no longer than one call may, of however many; whoever is left then is found by the next reading. */
    void run(Collection<SubjectId> hurt) {
        Deadline deadline = database.deadline();
        for (SubjectId subject : hurt) {
            if (deadline.isOver()) {
                return;
            }
            try {
                database.once(deadline, handle -> history.rebuild(handle, subject));
            } catch (SQLException | JdbiException failed) {
                LOG.debug("the packed history of a {} was not packed anew", subject.kind(), failed);
            }
        }
    }
}
