package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DefinitionFolders;
import io.behavioranalytics.DefinitionsChangedException;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts a folder of segments and triggers in force: one of the user's own, or the insurance example's from beside this class. */
final class Definitions {
    private static final String BUNDLED = "insurance/";

    private Definitions() {}

    /**
     * Applies a folder: what it adds or changes becomes a new version, what is the same stays, and what it does not name too.
     *
     * @param folder the user's own, or empty for the bundled one
     * @throws UsageException if a definition cannot be read, or is refused
     */
    static void apply(Optional<Path> folder, BehaviorAnalytics analytics) {
        try {
            if (folder.isPresent()) {
                apply(folder.get(), analytics.definitionFolders());
            } else {
                Path unpacked = Files.createTempDirectory("behavior-analytics-quickstart-");
                try {
                    unpack(unpacked);
                    apply(unpacked, analytics.definitionFolders());
                } finally {
                    delete(unpacked);
                }
            }
        } catch (IOException | JsonException | InvalidDefinitionException | DefinitionsChangedException e) {
            String name = folder.map(Path::toString).orElse("this example");
            throw new UsageException("cannot use the definitions in " + name + ": " + e.getMessage());
        }
    }

    private static void apply(Path folder, DefinitionFolders folders) throws IOException {
        folders.apply(folders.compare(folder));
    }

    /** A folder needs a file system, and a jar is none. */
    private static void unpack(Path target) throws IOException {
        for (String name : bundled("files").lines().toList()) {
            Path file = target.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, bundled(name));
        }
    }

    private static String bundled(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Definitions.class.getResourceAsStream(BUNDLED + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
