package io.behavioranalytics.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class PostgresBinariesTest {
    @TempDir
    Path folder;

    @Test
    void an_archive_is_unpacked_with_its_links_and_its_right_to_run() throws IOException {
        Path unpacked = PostgresBinaries.unpackOnce(good(), folder);
        assertThat(unpacked.resolve("bin/tool")).hasContent("run me").isExecutable();
        assertThat(Files.isExecutable(unpacked.resolve("lib/data.so.1"))).isFalse();
        assertThat(Files.readSymbolicLink(unpacked.resolve("lib/data.so"))).isEqualTo(Path.of("data.so.1"));
        assertThat(unpacked.resolve("lib/data.so")).hasContent("data");
    }

    @Test
    void a_second_time_nothing_is_unpacked() throws IOException {
        Path unpacked = PostgresBinaries.unpackOnce(good(), folder);
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(unpacked.resolve("bin/tool"), longAgo);
        assertThat(PostgresBinaries.unpackOnce(good(), folder)).isEqualTo(unpacked);
        assertThat(Files.getLastModifiedTime(unpacked.resolve("bin/tool"))).isEqualTo(longAgo);
        assertThat(children()).containsExactly(unpacked);
    }

    @Test
    void what_is_half_there_is_unpacked_again() throws IOException {
        Path unpacked = PostgresBinaries.unpackOnce(good(), folder);
        Files.delete(unpacked.resolve("bin/tool"));
        assertThat(PostgresBinaries.unpackOnce(good(), folder)).isEqualTo(unpacked);
        assertThat(unpacked.resolve("bin/tool")).hasContent("run me");
        Files.delete(unpacked.resolve("unpacked.txt"));
        PostgresBinaries.unpackOnce(good(), folder);
        assertThat(unpacked.resolve("unpacked.txt")).exists();
        assertThat(children()).containsExactly(unpacked);
    }

    @Test
    void what_a_killed_jvm_left_is_cleared_once_it_is_old() throws IOException {
        Path old = Files.createDirectories(folder.resolve("unpacking-old/bin")).getParent();
        Path young = Files.createDirectory(folder.resolve("unpacking-young"));
        Files.setLastModifiedTime(
                old, FileTime.from(Files.getLastModifiedTime(young).toInstant().minus(Duration.ofHours(2))));
        PostgresBinaries.unpackOnce(good(), folder);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void several_may_unpack_at_the_same_time() throws Exception {
        int count = 4;
        byte[] archive = good();
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            for (int round = 0; round < 20; round++) {
                Path parent = folder.resolve("round" + round);
                CyclicBarrier barrier = new CyclicBarrier(count);
                List<Future<Path>> results = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    results.add(threads.submit(() -> {
                        barrier.await(120, TimeUnit.SECONDS);
                        return PostgresBinaries.unpackOnce(archive, parent);
                    }));
                }
                for (Future<Path> result : results) {
                    assertThat(result.get(120, TimeUnit.SECONDS).resolve("bin/tool"))
                            .hasContent("run me");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_entry_that_leads_outside_is_refused() throws IOException {
        assertRefused(archive(file("../evil", "x")));
        assertRefused(archive(file("lib/../../evil", "x")));
        assertRefused(archive(link("lib/out", "../../elsewhere")));
        assertRefused(archive(link("out", "/etc"), file("out/evil", "x")));
        assertRefused(archive(link("here", "."), link("here/up", "..")));
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void a_broken_archive_leaves_nothing_behind() throws IOException {
        byte[] whole = good();
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> PostgresBinaries.unpackOnce(half, folder)).isInstanceOf(IOException.class);
        assertThat(children()).isEmpty();
    }

    private void assertRefused(byte[] archive) throws IOException {
        assertThatThrownBy(() -> PostgresBinaries.unpackOnce(archive, folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside");
        assertThat(children()).isEmpty();
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    private record Entry(TarArchiveEntry head, String content) {}

    private static byte[] good() throws IOException {
        Entry tool = file("bin/tool", "run me");
        tool.head().setMode(0100755);
        return archive(tool, file("lib/data.so.1", "data"), link("lib/data.so", "data.so.1"));
    }

    private static Entry file(String name, String content) {
        TarArchiveEntry head = new TarArchiveEntry(name, true);
        head.setSize(content.getBytes(StandardCharsets.UTF_8).length);
        return new Entry(head, content);
    }

    private static Entry link(String name, String target) {
        TarArchiveEntry head = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        head.setLinkName(target);
        return new Entry(head, "");
    }

    private static byte[] archive(Entry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream packed = new XZCompressorOutputStream(bytes);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(packed)) {
            for (Entry entry : entries) {
                // The same archive each time, by the second and by its hash.
                entry.head().setModTime(FileTime.fromMillis(0));
                tar.putArchiveEntry(entry.head());
                tar.write(entry.content().getBytes(StandardCharsets.UTF_8));
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
