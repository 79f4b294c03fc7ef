package io.behavioranalytics;

import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Definitions that are kept by others, for tests that change one thing of it. */
public class ForwardingDefinitions implements Definitions {
    private final Definitions to;

    public ForwardingDefinitions(Definitions to) {
        this.to = to;
    }

    @Override
    public Watch watch(Runnable listener) {
        return to.watch(listener);
    }

    @Override
    public Snapshot load() {
        return to.load();
    }

    @Override
    public List<DefinitionRecord> history(DefinitionRecord.Kind kind, UUID id) {
        return to.history(kind, id);
    }

    @Override
    public long version() {
        return to.version();
    }

    @Override
    public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
        return to.saveAll(records, expectedVersion);
    }

    @Override
    public void refresh(DefinitionRecord.Kind kind, UUID id, long count, @Nullable Instant last) {
        to.refresh(kind, id, count, last);
    }
}
