package io.behavioranalytics.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An unmodifiable map from names to values in a fixed order, which takes one array instead of a node per entry.
 *
 * <p>An event holds four of them, most with a handful of names; up to {@value #SEARCHED} names are simply searched, more get a
 * table of hashes. Unlike {@link Map#copyOf} it keeps the order and takes null as a value. The map itself cannot be changed;
 * whether the values can is up to whoever made it.
 */
public final class FrozenMap extends AbstractMap<String, @Nullable Object> {
    private static final int SEARCHED = 8;
    private static final FrozenMap EMPTY = new FrozenMap(new Object[0]);

    private final @Nullable Object[] entries; // name, value, name, value …
    private final int @Nullable [] table; // place of a name plus 1, by hash; 0 is free

    private FrozenMap(@Nullable Object[] entries) {
        this.entries = entries;
        this.table = entries.length / 2 > SEARCHED ? tableOf(entries) : null;
    }

    private static int[] tableOf(@Nullable Object[] entries) {
        int[] table = new int[Integer.highestOneBit(entries.length) << 1];
        for (int i = 0; i < entries.length; i += 2) {
            String name = (String) Objects.requireNonNull(entries[i]);
            int slot = slot(name, table.length);
            while (table[slot] != 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = i + 1;
        }
        return table;
    }

    private static int slot(String name, int size) {
        int hash = name.hashCode();
        return (hash ^ (hash >>> 16)) & (size - 1);
    }

    /**
     * A map without entries.
     *
     * @return the empty map
     */
    public static FrozenMap empty() {
        return EMPTY;
    }

    /**
     * Takes over an array of entries without copying it; the caller must not keep it.
     *
     * @param entries name, value, name, value …; names are {@code String} and differ from each other
     * @return the map
     */
    public static FrozenMap ofEntries(@Nullable Object[] entries) {
        return entries.length == 0 ? EMPTY : new FrozenMap(entries);
    }

    /**
     * Copies a map in its order; a frozen one is returned as it is.
     *
     * @param map any map; its values are taken as they are
     * @return the frozen map
     */
    public static FrozenMap copyOf(Map<String, ? extends @Nullable Object> map) {
        if (map instanceof FrozenMap frozen) {
            return frozen;
        }
        @Nullable Object[] entries = new Object[map.size() * 2];
        int at = 0;
        for (Map.Entry<String, ? extends @Nullable Object> entry : map.entrySet()) {
            if (at == entries.length) { // the map grew under our hands
                entries = Arrays.copyOf(entries, at * 2 + 2);
            }
            entries[at++] = Objects.requireNonNull(entry.getKey(), "name");
            entries[at++] = entry.getValue();
        }
        return ofEntries(at == entries.length ? entries : Arrays.copyOf(entries, at));
    }

    private int find(@Nullable Object key) {
        if (!(key instanceof String name)) {
            return -1;
        }
        if (table == null) {
            for (int i = 0; i < entries.length; i += 2) {
                if (name.equals(entries[i])) {
                    return i;
                }
            }
            return -1;
        }
        int slot = slot(name, table.length);
        while (table[slot] != 0) {
            int i = table[slot] - 1;
            if (name.equals(entries[i])) {
                return i;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return -1;
    }

    /**
     * The name at a place, for loops that shall not allocate.
     *
     * @param index 0 to {@link #size()} − 1
     * @return the name
     */
    public String name(int index) {
        return (String) Objects.requireNonNull(entries[2 * index]);
    }

    /**
     * The value at a place, for loops that shall not allocate.
     *
     * @param index 0 to {@link #size()} − 1
     * @return the value
     */
    public @Nullable Object value(int index) {
        return entries[2 * index + 1];
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        int at = find(key);
        return at < 0 ? null : entries[at + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return find(key) >= 0;
    }

    @Override
    public int size() {
        return entries.length / 2;
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return FrozenMap.this.size();
            }

            @Override
            public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<String, @Nullable Object>> {
        private int index;

        @Override
        public boolean hasNext() {
            return index < size();
        }

        @Override
        public Map.Entry<String, @Nullable Object> next() {
            if (index >= size()) {
                throw new NoSuchElementException();
            }
            Map.Entry<String, @Nullable Object> entry = new SimpleImmutableEntry<>(name(index), value(index));
            index++;
            return entry;
        }
    }
}
