package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventType;
import java.io.DataInput;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How many events of each type, in the order in which the types were first seen. Cheap to copy. */
final class TypeCounts {
    /** Part of the written format: add at the end, never reorder. */
    private static final List<EventType> CODES = List.of(
            EventType.PAGE_VIEW,
            EventType.TIME_ON_PAGE,
            EventType.SCROLL_DEPTH,
            EventType.CLICK_OUTBOUND,
            EventType.FORM_START,
            EventType.FORM_SUBMIT,
            EventType.FORM_ABANDON,
            EventType.FILTER_USAGE,
            EventType.EMAIL_OPEN,
            EventType.EMAIL_CLICK,
            EventType.EMAIL_REPLY,
            EventType.VIDEO_PLAY,
            EventType.DOWNLOAD,
            EventType.SOCIAL_SHARE,
            EventType.SEARCH_QUERY,
            EventType.QUOTE_REQUEST,
            EventType.APPLICATION_START,
            EventType.APPLICATION_COMPLETE,
            EventType.PHONE_CALL,
            EventType.TEXT_INTERACTION);

    private static final Map<EventType, Integer> CODE_BY_TYPE = IntStream.range(0, CODES.size())
            .boxed()
            .collect(Collectors.toUnmodifiableMap(CODES::get, place -> place + 1));

    private static final int MOST_TYPES = 1 << 24;
    /** Up to here a walk along the array beats hashing. */
    private static final int WALKED = 8;

    private EventType[] types;
    private long[] counts;
    private int size;
    /** Places + 1 by hash, open addressing, at most half full; null while walking is enough. */
    private int @Nullable [] places;

    TypeCounts() {
        types = new EventType[4];
        counts = new long[4];
    }

    TypeCounts(TypeCounts other) {
        types = other.types.clone();
        counts = other.counts.clone();
        size = other.size;
        places = other.places == null ? null : other.places.clone();
    }

    void add(EventType type) {
        int place = find(type);
        if (place < 0) {
            place = append(type);
        }
        counts[place]++;
    }

    long count(EventType type) {
        int place = find(type);
        return place < 0 ? 0 : counts[place];
    }

    int size() {
        return size;
    }

    EventType type(int place) {
        return types[place];
    }

    long weight() {
        return 64 + 12L * types.length + (places == null ? 0 : 4L * places.length);
    }

    private int find(EventType type) {
        if (places == null) {
            for (int i = 0; i < size; i++) {
                if (types[i].equals(type)) {
                    return i;
                }
            }
            return -1;
        }
        return places[slot(places, type)] - 1;
    }

    private int slot(int[] table, EventType type) {
        int hash = type.name().hashCode() * 0x9E3779B9;
        int slot = (hash >>> 7) & (table.length - 1);
        while (table[slot] != 0 && !types[table[slot] - 1].equals(type)) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    private int append(EventType type) {
        if (size == types.length) {
            types = Arrays.copyOf(types, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        types[size++] = type;
        if (size > WALKED && (places == null || size * 2 > places.length)) {
            int[] table = new int[Integer.highestOneBit(size) * 8];
            for (int i = 0; i < size; i++) {
                table[slot(table, types[i])] = i + 1;
            }
            places = table;
        } else if (places != null) {
            places[slot(places, type)] = size;
        }
        return size - 1;
    }

    void writeTo(CompactFormat out) {
        out.writeNumber(size);
        for (int i = 0; i < size; i++) {
            int code = CODE_BY_TYPE.getOrDefault(types[i], 0);
            out.writeByte(code);
            if (code == 0) {
                out.writeText(types[i].name());
            }
            out.writeNumber(counts[i]);
        }
    }

    static TypeCounts readFrom(DataInput in) throws IOException {
        TypeCounts read = new TypeCounts();
        int size = CompactFormat.readSize(in, MOST_TYPES);
        for (int i = 0; i < size; i++) {
            int code = in.readUnsignedByte();
            if (code > CODES.size()) {
                throw new InvalidObjectException("a profile fold names an event type by an unknown code: " + code);
            }
            EventType type = code == 0 ? readType(CompactFormat.readText(in)) : CODES.get(code - 1);
            if (read.find(type) >= 0) {
                throw new InvalidObjectException("a profile fold counts an event type twice: " + type);
            }
            int place = read.append(type);
            read.counts[place] = CompactFormat.readNumber(in);
        }
        return read;
    }

    private static EventType readType(String name) throws IOException {
        if (!EventType.isName(name)) {
            throw new InvalidObjectException("a profile fold holds a malformed event type");
        }
        return EventType.of(name);
    }
}
