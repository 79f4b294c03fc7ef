package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.DocBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles the documentation's blocks that use the store in a database. */
class DatabaseDocsTest {
    @TempDir
    Path classes;

    static Stream<DocBlock> blocks() throws IOException {
        return DocBlock.in("java").filter(DocBlock::needsDatabase);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void every_block_compiles(DocBlock block) throws IOException {
        assertThat(block.errors(classes, "jdbc.")).isEmpty();
    }
}
