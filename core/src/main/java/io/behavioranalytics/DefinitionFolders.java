package io.behavioranalytics;

import io.behavioranalytics.DefinitionDiff.Entry;
import io.behavioranalytics.DefinitionDiff.FieldChange;
import io.behavioranalytics.DefinitionDiff.State;
import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLayout;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Definitions as code: a folder with {@code segments/}, {@code triggers/} and {@code experiments/}, one JSON file for each definition,
 * compared with what is in force, applied whole or not at all, and written back. Thread-safe, as far as nobody changes the folder meanwhile.
 */
public final class DefinitionFolders {
    /** Names that some file systems keep for devices; a key holds no underscore, so none becomes another's. */
    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1",
            "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    private final DefinitionsCache definitions;
    private final DefinitionWriter writer;
    private final DefinitionChanges changes;
    private final Rollouts rollouts;

    DefinitionFolders(
            DefinitionsCache definitions, DefinitionWriter writer, DefinitionChanges changes, Rollouts rollouts) {
        this.rollouts = rollouts;
        this.definitions = definitions;
        this.writer = writer;
        this.changes = changes;
    }

    /**
     * What an export did.
     *
     * @param written the files that were new or different, such as {@code segments/open-carts.json}
     * @param others files with the ending of definitions that lie there and hold nothing that is in force; they were left alone
     */
    public record Export(List<String> written, List<String> others) {
        /** Copies the lists. */
        public Export {
            written = List.copyOf(written);
            others = List.copyOf(others);
        }
    }

    /**
     * Reads a folder whole and compares it with what is in force. Nothing is changed.
     *
     * @param folder where {@code segments/}, {@code triggers/} and {@code experiments/} lie; other files beside them are not looked at
     * @return the difference
     * @throws InvalidDefinitionException listing everything that is wrong with any file, each with the file and the field
     * @throws UncheckedIOException if the folder cannot be read
     */
    public DefinitionDiff compare(Path folder) {
        FolderReader reader = new FolderReader(changes::parse);
        List<DefinitionFile> files = reader.read(folder);
        List<Violation> violations = new ArrayList<>(reader.violations());
        Defined newest = definitions.newest();
        if (violations.isEmpty()) {
            violations.addAll(changes.target(newest, files, false).violations());
        }
        if (!violations.isEmpty()) {
            throw new InvalidDefinitionException(violations);
        }
        return diff(newest, files);
    }

    private DefinitionDiff diff(Defined newest, List<DefinitionFile> files) {
        Map<String, Map<String, @Nullable Object>> before = changes.trees(newest);
        Map<String, Map<String, @Nullable Object>> after = changes.trees(newest, files);
        Map<String, Entry> entries = new TreeMap<>();
        for (Map.Entry<String, Map<String, @Nullable Object>> known : before.entrySet()) {
            String name = known.getKey();
            Map<String, @Nullable Object> wanted = after.get(name);
            List<FieldChange> fields = wanted == null ? List.of() : DefinitionTree.changes(known.getValue(), wanted);
            State state = wanted == null ? State.UNMANAGED : fields.isEmpty() ? State.UNCHANGED : State.CHANGED;
            entries.put(name, entry(name, state, fields));
        }
        after.keySet().forEach(name -> entries.putIfAbsent(name, entry(name, State.ADDED, List.of())));
        return new DefinitionDiff(newest.version(), List.copyOf(entries.values()), files);
    }

    private static Entry entry(String name, State state, List<FieldChange> fields) {
        int slash = name.indexOf('/');
        Kind kind = FolderReader.KINDS.stream()
                .filter(candidate -> FolderReader.folder(candidate).equals(name.substring(0, slash)))
                .findFirst()
                .orElseThrow();
        return new Entry(kind, name.substring(slash + 1), state, fields);
    }

    /**
     * Puts a folder in force: what is added or changed becomes one new version each, all of them at once or none. What is not in the
     * folder stays.
     *
     * @param diff what {@link #compare} told
     * @return the version of the definitions then; that of the difference if nothing was to be done
     * @throws DefinitionsChangedException if somebody changed the definitions since the comparison; nothing was applied
     * @throws InvalidDefinitionException listing everything that has become wrong since, such as an action whose last host is gone
     */
    public long apply(DefinitionDiff diff) {
        return apply(diff, false);
    }

    /**
     * Puts a folder in force as {@link #apply} does, and deletes what is not in it.
     *
     * @param diff what {@link #compare} told; its entries of {@link State#UNMANAGED} are deleted
     * @return the version of the definitions then
     * @throws DefinitionsChangedException if somebody changed the definitions since the comparison; nothing was applied
     * @throws InvalidDefinitionException listing everything that has become wrong since
     */
    public long applyAndDeleteOthers(DefinitionDiff diff) {
        return apply(diff, true);
    }

    private long apply(DefinitionDiff diff, boolean deleteOthers) {
        Objects.requireNonNull(diff, "diff");
        Defined newest = definitions.newest();
        if (newest.version() != diff.version()) {
            throw new DefinitionsChangedException(diff.version());
        }
        DefinitionChanges.Target target = changes.target(newest, diff.files(), deleteOthers);
        if (!target.violations().isEmpty()) {
            throw new InvalidDefinitionException(target.violations());
        }
        if (target.records().isEmpty()) {
            return diff.version();
        }
        if (!writer.saveAll(target.records(), diff.version())) {
            throw new DefinitionsChangedException(diff.version());
        }
        rollouts.advance(0); // what was switched off or deleted needs no calculation
        return diff.version() + target.records().size();
    }

    /**
     * Writes everything that is in force into a folder: one file for each definition, named by its key, in one form, so that what did
     * not change stays byte for byte. Nothing is deleted.
     *
     * @param folder where; made if it is not there
     * @return what was written, and what else lies there
     * @throws IllegalArgumentException if {@code segments}, {@code triggers} or {@code experiments} in it lead out of the folder
     * @throws UncheckedIOException if it cannot be written
     */
    public Export export(Path folder) {
        List<String> written = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try {
            Path root = Files.createDirectories(folder).toRealPath();
            Set<Path> ours = new HashSet<>();
            for (Kind kind : FolderReader.KINDS) {
                Path of = Files.createDirectories(root.resolve(FolderReader.folder(kind)));
                if (!of.toRealPath().startsWith(root)) {
                    throw new IllegalArgumentException(FolderReader.folder(kind) + " leads out of the folder");
                }
            }
            for (Map.Entry<String, Map<String, @Nullable Object>> definition :
                    changes.trees(definitions.newest()).entrySet()) {
                int slash = definition.getKey().indexOf('/');
                String key = definition.getKey().substring(slash + 1);
                String place = definition.getKey() + (DEVICES.contains(key) ? "_" : "") + ".json";
                Path file = root.resolve(place);
                ours.add(file);
                byte[] text =
                        JsonLayout.indent(Json.write(definition.getValue())).getBytes(StandardCharsets.UTF_8);
                if (!holds(file, text)) {
                    replace(file, text);
                    written.add(place);
                }
            }
            for (Kind kind : FolderReader.KINDS) {
                try (Stream<Path> lying = Files.list(root.resolve(FolderReader.folder(kind)))) {
                    lying.filter(file -> file.toString().endsWith(".json") && !ours.contains(file))
                            .map(file -> FolderReader.folder(kind) + "/" + file.getFileName())
                            .sorted()
                            .forEach(others::add);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the folder of definitions cannot be written", failed);
        }
        return new Export(written, others);
    }

    private static boolean holds(Path file, byte[] text) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == text.length
                && Arrays.equals(Files.readAllBytes(file), text);
    }

    /** Writes beside and moves, so that a link is replaced and not followed, and nobody reads half a file. */
    private static void replace(Path file, byte[] text) throws IOException {
        Path beside = Files.createTempFile(file.getParent(), ".definition", ".tmp");
        try {
            Files.write(beside, text);
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
