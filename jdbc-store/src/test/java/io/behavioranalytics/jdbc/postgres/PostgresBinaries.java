package io.behavioranalytics.jdbc.postgres;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The programs of PostgreSQL, unpacked once for all JVMs of a user.
 *
 * <p>The folder's name holds the archive's hash, so that other versions live beside it, and comes to be by one rename of
 * what was wholly unpacked: two JVMs may unpack at the same time, and one that is killed leaves nothing under that name.
 * What a cleaner of the temporary folder took away is noticed and unpacked again.
 */
final class PostgresBinaries {
    private static final String STAMP = "unpacked.txt";
    private static final Duration ABANDONED_AFTER = Duration.ofHours(1);
    private static @Nullable Path found;

    private PostgresBinaries() {}

    /**
     * Returns the folder that holds {@code bin/postgres}.
     *
     * @return the folder, the same for the whole life of the JVM
     * @throws UncheckedIOException if it can neither be found nor unpacked
     * @throws IllegalStateException if there is no archive for this platform on the class path
     */
    static synchronized Path folder() {
        if (found == null) {
            try (InputStream archive =
                    DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), System.getProperty("os.arch"))) {
                Path parent = Path.of(System.getProperty("java.io.tmpdir"))
                        .toAbsolutePath()
                        .resolve("behavior-analytics-postgres-" + System.getProperty("user.name"));
                found = unpackOnce(archive.readAllBytes(), parent);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unpack the programs of PostgreSQL", e);
            }
        }
        return found;
    }

    /**
     * Returns the folder with the archive's content, unpacking it unless that is done.
     *
     * @param archive a tar archive compressed by xz
     * @param parent where such folders are kept; made if missing
     * @return the folder
     * @throws IOException if the archive is broken or names something outside, or the disk refuses
     */
    static Path unpackOnce(byte[] archive, Path parent) throws IOException {
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, "unpacking-");
        try {
            // In a temporary folder that all users share, a folder of our name may be somebody else's.
            if (!Files.getOwner(parent).equals(Files.getOwner(fresh))) {
                throw new IOException(
                        parent + " belongs to " + Files.getOwner(parent).getName());
            }
            makeReadable(parent);
            Path folder = parent.resolve(hash(archive));
            if (isWhole(folder)) {
                return folder;
            }
            makeReadable(fresh);
            unpack(new ByteArrayInputStream(archive), fresh);
            Files.writeString(fresh.resolve(STAMP), content(fresh));
            for (int attempt = 1; ; attempt++) {
                try {
                    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
                    return folder;
                } catch (FileSystemException e) {
                    // Either another JVM was faster, or something broken lies there.
                    if (isWhole(folder)) {
                        return folder;
                    }
                    if (attempt == 3) {
                        throw e;
                    }
                    moveAway(folder);
                }
            }
        } finally {
            delete(fresh);
            deleteAbandoned(parent);
        }
    }

    /**
     * Unpacks an archive.
     *
     * @param archive a tar archive compressed by xz
     * @param folder an existing folder
     * @throws IOException if the archive is broken or names something outside the folder, or the disk refuses
     */
    static void unpack(InputStream archive, Path folder) throws IOException {
        Path root = folder.toRealPath();
        try (TarArchiveInputStream entries = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path target = inside(root, root.resolve(entry.getName()), entry);
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    inside(root, target.toRealPath(), entry);
                    continue;
                }
                Path parent = target.getParent();
                if (parent == null) {
                    throw new IOException("an archive's entry has no folder: " + entry.getName());
                }
                Files.createDirectories(parent);
                inside(root, parent.toRealPath(), entry);
                if (entry.isSymbolicLink()) {
                    inside(root, parent.toRealPath().resolve(entry.getLinkName()), entry);
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Path origin = inside(root, root.resolve(entry.getLinkName()), entry);
                    inside(root, origin.toRealPath(), entry);
                    Files.copy(origin, target, StandardCopyOption.COPY_ATTRIBUTES);
                } else if (entry.isFile()) {
                    Files.copy(entries, target);
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
                } else {
                    throw new IOException("an archive's entry is neither file, folder nor link: " + entry.getName());
                }
            }
        }
    }

    /**
     * Deletes a folder with all that is in it; what has gone meanwhile is passed over.
     *
     * @param folder the folder, which may be missing
     * @throws IOException if something in it cannot be deleted
     */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                if (e != null && !(e instanceof NoSuchFileException)) {
                    throw e;
                }
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Path inside(Path root, Path path, TarArchiveEntry entry) throws IOException {
        Path normal = path.normalize();
        if (!normal.startsWith(root)) {
            throw new IOException("an archive's entry leads outside its folder: " + entry.getName());
        }
        return normal;
    }

    private static boolean isWhole(Path folder) throws IOException {
        Path stamp = folder.resolve(STAMP);
        try {
            return Files.readString(stamp).equals(content(folder));
        } catch (NoSuchFileException e) {
            // Not there, or another JVM moves it away at this moment.
            return false;
        }
    }

    /** How many files there are and how long they are together; links count by themselves. */
    private static String content(Path folder) throws IOException {
        AtomicLong count = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!file.endsWith(STAMP)) {
                    count.incrementAndGet();
                    bytes.addAndGet(attributes.isSymbolicLink() ? 0 : attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return "files=" + count + " bytes=" + bytes + "\n";
    }

    private static void moveAway(Path folder) throws IOException {
        Path grave = folder.resolveSibling("unpacking-broken-" + Long.toHexString(System.nanoTime()));
        try {
            Files.move(folder, grave, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        }
        delete(grave);
    }

    /** Clears what killed JVMs left behind. */
    private static void deleteAbandoned(Path parent) throws IOException {
        List<Path> rests;
        try (Stream<Path> children = Files.list(parent)) {
            rests = children.filter(child -> child.getFileName().toString().startsWith("unpacking-"))
                    .toList();
        }
        Path now = Files.createTempFile(parent, "now-", "");
        try {
            for (Path rest : rests) {
                if (isAbandoned(rest, now)) {
                    delete(rest);
                }
            }
        } finally {
            Files.deleteIfExists(now);
        }
    }

    private static boolean isAbandoned(Path rest, Path now) throws IOException {
        try {
            Duration age = Duration.between(
                    Files.getLastModifiedTime(rest).toInstant(),
                    Files.getLastModifiedTime(now).toInstant());
            return age.compareTo(ABANDONED_AFTER) > 0;
        } catch (NoSuchFileException moved) {
            return false; // whoever unpacked there is done
        }
    }

    private static void makeReadable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String system() {
        String name = System.getProperty("os.name");
        return name.startsWith("Mac") ? "Darwin" : name;
    }

    private static String hash(byte[] archive) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
