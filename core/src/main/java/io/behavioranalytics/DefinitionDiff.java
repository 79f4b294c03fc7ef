package io.behavioranalytics;

import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a folder of definitions differs from what is in force, as of one version of the definitions. Immutable. */
public final class DefinitionDiff {
    private static final int SHOWN = 100;

    /** What became of a definition. */
    public enum State {
        /** In the folder only. */
        ADDED,
        /** In both, and different. */
        CHANGED,
        /** In both, and the same. */
        UNCHANGED,
        /** In the store only. */
        UNMANAGED
    }

    /**
     * One field that differs.
     *
     * @param path such as {@code criteria.eventFilters[0].minFrequency}
     * @param before its JSON as it is in force, or null if it is not there
     * @param after its JSON in the folder, or null if it is not there
     */
    public record FieldChange(
            String path, @Nullable String before, @Nullable String after) {}

    /**
     * One definition.
     *
     * @param kind what it defines
     * @param key its key
     * @param state what became of it
     * @param changes the fields that differ; empty unless it is changed
     */
    public record Entry(Kind kind, String key, State state, List<FieldChange> changes) {
        /** Copies the changes. */
        public Entry {
            changes = List.copyOf(changes);
        }
    }

    private final long version;
    private final List<Entry> entries;
    private final List<DefinitionFile> files;

    DefinitionDiff(long version, List<Entry> entries, List<DefinitionFile> files) {
        this.version = version;
        this.entries = List.copyOf(entries);
        this.files = List.copyOf(files);
    }

    /**
     * The version of the definitions that the folder was compared with.
     *
     * @return 0 or more
     */
    public long version() {
        return version;
    }

    /**
     * Every definition of the folder and of the store, by kind and key.
     *
     * @return the entries
     */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * The definitions of one state.
     *
     * @param state which
     * @return the entries, by kind and key
     */
    public List<Entry> entries(State state) {
        return entries.stream().filter(entry -> entry.state() == state).toList();
    }

    /**
     * Tells whether applying it would change nothing.
     *
     * @return true if nothing is added or changed
     */
    public boolean isEmpty() {
        return entries(State.ADDED).isEmpty() && entries(State.CHANGED).isEmpty();
    }

    List<DefinitionFile> files() {
        return files;
    }

    /**
     * Describes the difference for people: a line for each definition that is added, changed or not in the folder, the fields of those
     * that are changed below them, and a count of the others. Long values are cut.
     *
     * @return lines, each ended by a line feed
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            String name = entry.kind().json() + " " + entry.key();
            switch (entry.state()) {
                case ADDED -> text.append("+ ").append(name).append('\n');
                case CHANGED -> {
                    text.append("~ ").append(name).append('\n');
                    entry.changes().forEach(change -> describe(change, text));
                }
                case UNMANAGED -> text.append("? ").append(name).append(" (not in the folder)\n");
                case UNCHANGED -> {
                    // Counted below.
                }
            }
        }
        return text.append("= ")
                .append(entries(State.UNCHANGED).size())
                .append(" unchanged\n")
                .toString();
    }

    private static void describe(FieldChange change, StringBuilder text) {
        String before = change.before();
        String after = change.after();
        text.append("    ").append(SafeText.escape(change.path(), SHOWN)).append(": ");
        if (before == null) {
            text.append("added ").append(SafeText.escape(String.valueOf(after), SHOWN));
        } else if (after == null) {
            text.append("removed ").append(SafeText.escape(before, SHOWN));
        } else {
            text.append(SafeText.escape(before, SHOWN)).append(" -> ").append(SafeText.escape(after, SHOWN));
        }
        text.append('\n');
    }

    @Override
    public String toString() {
        return describe();
    }
}
