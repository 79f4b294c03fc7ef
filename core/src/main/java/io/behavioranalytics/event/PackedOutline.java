package io.behavioranalytics.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outline of packed events: when they happened, and what they were.
 *
 * <p>Byte 0 is the version, 1. Then come the number of events; the unit of time in microseconds, of which all timestamps are whole
 * multiples; the number of different kinds and these; for each event the number of its kind, a byte each up to 128 kinds; the first timestamp in units,
 * signed; the distances in units; and a checksum of all that, CRC-32 in four bytes, high bits first. A kind is a number: eight times the place of its type in {@link #TYPES}, plus the place of its
 * category in {@link #CATEGORIES}. A type that stands nowhere there has the place after the last, and its name follows. Numbers are those of
 * {@link PackedTimeline}.
 */
final class PackedOutline {
    private static final int VERSION = 1;
    private static final long[] UNITS = {1_000_000, 1_000};
    private static final int CATEGORY_BITS = 3;

    /** Only ever added to at the end: stored bytes refer to the places. */
    static final List<String> CATEGORIES =
            List.of("engagement", "content", "intent", "conversion", "communication", "system");

    /** Never changed, since the place after the last stands for all others. */
    static final List<String> TYPES = List.of(
            "page_view",
            "time_on_page",
            "scroll_depth",
            "click_outbound",
            "form_start",
            "form_submit",
            "form_abandon",
            "filter_usage",
            "email_open",
            "email_click",
            "email_reply",
            "video_play",
            "download",
            "social_share",
            "search_query",
            "quote_request",
            "application_start",
            "application_complete",
            "phone_call",
            "text_interaction");

    private static final List<EventType> TYPE_OF =
            TYPES.stream().map(EventType::of).toList();
    private static final List<Category> CATEGORY_OF =
            CATEGORIES.stream().map(name -> Category.parse(name).orElseThrow()).toList();

    private PackedOutline() {}

    static byte[] pack(EventColumns columns, int from, int to) {
        PackedWriter all = new PackedWriter();
        all.octet(VERSION);
        all.unsigned(to - from);
        long unit = unit(columns, from, to);
        all.unsigned(unit);
        record Kind(EventType type, Category category) {}
        Map<Kind, Integer> numbers = new HashMap<>();
        PackedWriter dictionary = new PackedWriter();
        PackedWriter kinds = new PackedWriter();
        PackedWriter times = new PackedWriter();
        long last = 0;
        for (int place = from; place < to; place++) {
            kinds.unsigned(numbers.computeIfAbsent(new Kind(columns.type(place), columns.category(place)), kind -> {
                write(dictionary, kind.type, kind.category);
                return numbers.size();
            }));
            long at = columns.micros(place) / unit;
            if (place == from) {
                times.signed(at);
            } else {
                times.unsigned(at - last);
            }
            last = at;
        }
        all.unsigned(numbers.size());
        all.bytes(dictionary.toByteArray());
        all.bytes(kinds.toByteArray());
        all.bytes(times.toByteArray());
        return all.sealed(new byte[0]);
    }

    /** The greatest unit of which all timestamps are multiples. */
    private static long unit(EventColumns columns, int from, int to) {
        for (long unit : UNITS) {
            int place = from;
            while (place < to && columns.micros(place) % unit == 0) {
                place++;
            }
            if (place == to) {
                return unit;
            }
        }
        return 1;
    }

    private static void write(PackedWriter dictionary, EventType type, Category category) {
        int known = TYPES.indexOf(type.name());
        int place = known < 0 ? TYPES.size() : known;
        dictionary.unsigned((long) place << CATEGORY_BITS | CATEGORIES.indexOf(category.json()));
        if (known < 0) {
            dictionary.text(type.name());
        }
    }

    /** How many events an outline holds. */
    static int count(byte[] outline) {
        return head(outline).count();
    }

    /** How many events an outline holds that is as it was written. */
    static int verified(byte[] outline) {
        PackedReader reader = head(outline);
        reader.unseal(outline, new byte[0]);
        return reader.count();
    }

    private static PackedReader head(byte[] outline) {
        PackedReader reader = new PackedReader(outline);
        int version = reader.octet();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "the outline of a packed timeline of version " + version + ", this code reads " + VERSION);
        }
        return reader;
    }

    /**
     * Reads an outline into columns, from a place on.
     *
     * @return the place after its last event
     * @throws IllegalArgumentException if the bytes are damaged, or of a later version
     */
    static int unpack(byte[] outline, EventColumns columns, int first) {
        PackedReader reader = head(outline);
        reader.unseal(outline, new byte[0]);
        int count = reader.count();
        long unit = reader.unsigned();
        int size = reader.count();
        if (size > count || count > outline.length) {
            throw PackedReader.damaged(null);
        }
        EventType[] types = new EventType[size];
        int[] numbers = new int[size];
        Category[] categories = new Category[size];
        for (int i = 0; i < size; i++) {
            int kind = reader.count();
            int place = kind >>> CATEGORY_BITS;
            int category = kind & (1 << CATEGORY_BITS) - 1;
            if (place > TYPE_OF.size() || category >= CATEGORY_OF.size()) {
                throw PackedReader.damaged(null);
            }
            types[i] = place < TYPE_OF.size() ? TYPE_OF.get(place) : EventType.of(reader.required());
            numbers[i] = columns.numberOf(types[i]);
            categories[i] = CATEGORY_OF.get(category);
        }
        try {
            int at = reader.position();
            if (size <= 128) {
                for (int i = 0; i < count; i++) {
                    int kind = outline[at++];
                    columns.outlineKind(first + i, numbers[kind], types[kind], categories[kind]);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    int kind = reader.count();
                    columns.outlineKind(first + i, numbers[kind], types[kind], categories[kind]);
                }
                at = reader.position();
            }
            times(outline, at, reader.end(), count, unit, columns, first);
        } catch (ArrayIndexOutOfBoundsException outside) {
            throw PackedReader.damaged(outside);
        }
        return first + count;
    }

    private static void times(
            byte[] outline, int from, int end, int count, long unit, EventColumns columns, int first) {
        int at = from;
        long micros = 0;
        for (int i = 0; i < count; i++) {
            int next = outline[at++];
            long value = next & 0x7f;
            for (int shift = 7; next < 0; shift += 7) {
                next = outline[at++];
                value |= (long) (next & 0x7f) << shift;
            }
            if (i == 0) {
                micros = ((value >>> 1) ^ -(value & 1)) * unit;
            } else {
                micros += value * unit;
            }
            columns.outlineMicros(first + i, micros);
        }
        if (at != end) {
            throw PackedReader.damaged(null);
        }
    }

    static IllegalStateException noDetail() {
        return new IllegalStateException(
                "a timeline that was read as an outline knows when and what, and nothing else");
    }
}
