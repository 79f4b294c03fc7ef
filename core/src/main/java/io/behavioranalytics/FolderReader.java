package io.behavioranalytics;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads a folder of definitions whole, and collects everything that is wrong with it. Reads nothing outside of the folder. */
final class FolderReader {
    /** What a folder holds, each kind in a folder of its own. */
    static final List<Kind> KINDS = List.of(Kind.SEGMENT, Kind.TRIGGER, Kind.EXPERIMENT);

    private static final int MOST_FILES = 10_000;

    private final BiFunction<Kind, String, DefinitionFile> parser;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, DefinitionFile> byKey = new HashMap<>();
    private final List<DefinitionFile> files = new ArrayList<>();
    private int looked;

    /**
     * Makes a reader.
     *
     * @param parser makes a definition of its kind and its JSON, or throws an {@link InvalidDefinitionException}
     */
    FolderReader(BiFunction<Kind, String, DefinitionFile> parser) {
        this.parser = parser;
    }

    /** The name of the folder of a kind. */
    static String folder(Kind kind) {
        return kind.json() + "s";
    }

    List<Violation> violations() {
        return violations;
    }

    /**
     * Reads everything.
     *
     * @return what could be read, by kind and file name
     */
    List<DefinitionFile> read(Path folder) {
        try {
            Path root = folder.toRealPath();
            if (!Files.isDirectory(root)) {
                refuse("", "KIND", "is no folder");
                return files;
            }
            for (Path entry : entries(root)) {
                String name = name(entry);
                Kind kind = kindOf(entry);
                if (kind != null) {
                    continue; // read below, segments first
                }
                if (!isHidden(entry) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    refuse(name, "KIND", "is no folder of a kind of definition: segments, triggers, experiments");
                } else if (name.endsWith(".json") && !isHidden(entry)) {
                    refuse(name, "KIND", "lies in no folder of a kind of definition: segments, triggers, experiments");
                }
            }
            for (Kind kind : KINDS) {
                Path of = root.resolve(folder(kind));
                if (Files.exists(of, LinkOption.NOFOLLOW_LINKS)) {
                    read(root, kind, of);
                }
            }
            return files;
        } catch (IOException failed) {
            throw new UncheckedIOException("the folder of definitions cannot be read", failed);
        }
    }

    private static @Nullable Kind kindOf(Path entry) {
        for (Kind kind : KINDS) {
            if (entry.endsWith(folder(kind))) {
                return kind;
            }
        }
        return null;
    }

    private void read(Path root, Kind kind, Path folder) throws IOException {
        if (!isInside(root, folder)) {
            refuse(folder(kind), "LINK", "leads out of the folder");
            return;
        }
        if (!Files.isDirectory(folder)) {
            refuse(folder(kind), "KIND", "must be a folder");
            return;
        }
        for (Path file : entries(folder)) {
            String place = folder(kind) + "/" + name(file);
            if (isHidden(file)) {
                continue;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                refuse(place, "NESTED", "folders of a kind hold files alone");
            } else if (name(file).endsWith(".json")) {
                if (!isInside(root, file)) {
                    refuse(place, "LINK", "leads out of the folder, or nowhere");
                } else if (++looked > MOST_FILES) {
                    refuse(place, "TOO_MANY", "at most " + MOST_FILES + " files are accepted");
                    return;
                } else {
                    read(kind, file.toRealPath(), place);
                }
            }
        }
    }

    private void read(Kind kind, Path file, String place) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            refuse(place, "KIND", "is no file");
            return;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(JsonLimits.DEFINITION.documentBytes() + 1);
        }
        try {
            String json = Json.write(Json.parseObject(bytes, JsonLimits.DEFINITION));
            DefinitionFile definition = parser.apply(kind, json);
            DefinitionFile placed = definition.at(place);
            DefinitionFile other = byKey.putIfAbsent(folder(kind) + "/" + placed.key(), placed);
            if (other != null) {
                refuse(place, "DUPLICATE", "has the key '" + placed.key() + "' of " + other.place());
            } else {
                files.add(placed);
            }
        } catch (JsonException invalid) {
            refuse(place, invalid.violation());
        } catch (InvalidDefinitionException invalid) {
            invalid.violations().forEach(violation -> refuse(place, violation));
        }
    }

    private static boolean isInside(Path root, Path path) {
        try {
            return path.toRealPath().startsWith(root);
        } catch (IOException nowhere) {
            return false;
        }
    }

    private static boolean isHidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }

    private static String name(Path path) {
        return SafeText.escape(String.valueOf(path.getFileName()), 80);
    }

    /** What lies in a folder, by name, so that messages come in the same order everywhere. */
    private static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder)) {
            listed.forEach(entries::add);
        }
        entries.sort(Comparator.comparing(path -> String.valueOf(path.getFileName())));
        return entries;
    }

    private void refuse(String place, String code, String message) {
        violations.add(new Violation(place, code, message));
    }

    private void refuse(String place, Violation violation) {
        violations.add(located(place, violation));
    }

    /** A violation with the file that it was found in. */
    static Violation located(String place, Violation violation) {
        String path = violation.path().isEmpty() ? place : place + ": " + violation.path();
        return new Violation(path, violation.code(), violation.message());
    }
}
