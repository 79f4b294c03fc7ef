package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** The contract on H2 in a file, with sessions in a zone that is not the process's. */
class H2FileContractTest extends StoreContract {
    @TempDir
    static Path folder;

    @Override
    protected Store createStore(InstantSource storeClock) {
        try {
            Path file = Files.createTempDirectory(folder, "contract").resolve("db-" + UUID.randomUUID());
            return JdbcStore.builder()
                    .url("jdbc:h2:file:" + file + ";TIME ZONE=Asia/Kathmandu")
                    .connections(10)
                    .storeClock(storeClock)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
