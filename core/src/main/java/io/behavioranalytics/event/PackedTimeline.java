package io.behavioranalytics.event;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Events of one timeline packed into bytes, column by column and without loss: how a store keeps histories and reads them back at
 * once.
 *
 * <p>The format is stable: bytes that a store has kept are readable by every later version. Byte 0 is the version, 1. Then come the
 * number of events and eight sections, each with its length before it, so that a reader may skip what it does not need:
 *
 * <ol>
 *   <li>timestamps: the first in {@link Micros}, then the distances;
 *   <li>sequences, empty if all are 0;
 *   <li>ids, 16 bytes each;
 *   <li>flags, a byte each: 1 imported, 2 with a value;
 *   <li>kinds: a dictionary of types and categories, then a number for each event;
 *   <li>origins: a dictionary of session, lead, user and source, then a number for each event;
 *   <li>values, 8 bytes for each event that has one;
 *   <li>bodies: a byte that tells whether the rest is deflated (RFC 1951) and the size of it when it is not; then length and {@link
 *       EventBody} of each event.
 * </ol>
 *
 * Numbers are variable-length, seven bits a byte, low bits first; signed ones zigzag. A text is its length in bytes plus one and
 * its UTF-8, 0 for none.
 */
public final class PackedTimeline {
    private static final int VERSION = 1;
    private static final int IMPORTED = 1;
    private static final int VALUED = 2;
    private static final int WORTH_DEFLATING = 256;

    private PackedTimeline() {}

    /**
     * Packs events.
     *
     * @param timeline the events
     * @param from the place of the first
     * @param to the place after the last
     * @return the bytes
     * @throws IndexOutOfBoundsException if there are no such places
     */
    public static byte[] pack(Timeline timeline, int from, int to) {
        Packer packer = new Packer();
        for (int i = from; i < to; i++) {
            packer.add(timeline.event(i));
        }
        return packer.bytes(to - from);
    }

    /**
     * Joins what was packed.
     *
     * @param chunks in the order of their events, which follow each other
     * @return all events
     * @throws IllegalArgumentException if the bytes are damaged, or of a later version
     */
    public static Timeline unpack(List<byte[]> chunks) {
        int total = 0;
        List<Reader> readers = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (byte[] chunk : chunks) {
            Reader reader = new Reader(chunk);
            int version = reader.octet();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "a packed timeline of version " + version + ", this code reads " + VERSION);
            }
            int count = reader.count();
            total = Math.addExact(total, count);
            readers.add(reader);
            counts.add(count);
        }
        EventColumns columns = new EventColumns(total);
        columns.claim(0, total);
        long bodyBytes = 0;
        int place = 0;
        for (int i = 0; i < readers.size(); i++) {
            bodyBytes += unpack(readers.get(i), counts.get(i), columns, place);
            place += counts.get(i);
        }
        columns.publish(total);
        return Timeline.of(columns, total, bodyBytes);
    }

    private static long unpack(Reader reader, int count, EventColumns columns, int first) {
        Reader micros = reader.section();
        Reader sequences = reader.section();
        Reader ids = reader.section();
        Reader flags = reader.section();
        Reader kinds = reader.section();
        Reader origins = reader.section();
        Reader values = reader.section();
        Reader bodies = bodies(reader.section());
        List<Kind> kindOf = new ArrayList<>();
        for (int left = kinds.count(); left > 0; left--) {
            kindOf.add(new Kind(EventType.of(kinds.required()), category(kinds.required())));
        }
        List<EventOrigin> originOf = new ArrayList<>();
        for (int left = origins.count(); left > 0; left--) {
            originOf.add(new EventOrigin(origins.text(), origins.text(), origins.text(), origins.required()));
        }
        boolean sequenced = !sequences.isAtEnd();
        long at = 0;
        long bodyBytes = 0;
        for (int i = 0; i < count; i++) {
            at += micros.signed();
            long sequence = sequenced ? sequences.signed() : 0;
            UUID id = new UUID(ids.fixed64(), ids.fixed64());
            int flag = flags.octet();
            Kind kind = element(kindOf, kinds.count());
            EventOrigin origin = element(originOf, origins.count());
            Double value = (flag & VALUED) != 0 ? (Double) Double.longBitsToDouble(values.fixed64()) : null;
            byte[] body = bodies.bytes(bodies.count());
            columns.restore(
                    first + i, at, sequence, id, kind.type, kind.category, (flag & IMPORTED) != 0, value, origin, body);
            bodyBytes += body.length;
        }
        return bodyBytes;
    }

    private static <T> T element(List<T> dictionary, int index) {
        if (index >= dictionary.size()) {
            throw damaged(null);
        }
        return dictionary.get(index);
    }

    private static Category category(String text) {
        return Category.parse(text).orElseThrow(() -> damaged(null));
    }

    private static Reader bodies(Reader section) {
        boolean deflated = section.octet() == 1;
        byte[] content = new byte[section.count()];
        if (!deflated) {
            return new Reader(section.bytes(content.length));
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(section.rest());
            int size = 0;
            while (size < content.length) {
                int read = inflater.inflate(content, size, content.length - size);
                if (read == 0) {
                    throw damaged(null);
                }
                size += read;
            }
            return new Reader(content);
        } catch (DataFormatException e) {
            throw damaged(e);
        } finally {
            inflater.end();
        }
    }

    private static IllegalArgumentException damaged(@Nullable Exception cause) {
        return new IllegalArgumentException("a packed timeline is damaged", cause);
    }

    private record Kind(EventType type, Category category) {}

    /** The sections while they grow. */
    private static final class Packer {
        private final Writer micros = new Writer();
        private final Writer sequences = new Writer();
        private final Writer ids = new Writer();
        private final Writer flags = new Writer();
        private final Writer kindDictionary = new Writer();
        private final Writer kinds = new Writer();
        private final Writer originDictionary = new Writer();
        private final Writer origins = new Writer();
        private final Writer values = new Writer();
        private final Writer bodies = new Writer();
        private final Map<Kind, Integer> kindNumbers = new HashMap<>();
        private final Map<EventOrigin, Integer> originNumbers = new HashMap<>();
        private long last;
        private boolean sequenced;

        void add(BehaviorEvent event) {
            micros.signed(event.micros() - last);
            last = event.micros();
            sequences.signed(event.sequence());
            sequenced |= event.sequence() != 0;
            ids.fixed64(event.id().getMostSignificantBits());
            ids.fixed64(event.id().getLeastSignificantBits());
            Double value = event.value();
            flags.octet((event.imported() ? IMPORTED : 0) | (value != null ? VALUED : 0));
            if (value != null) {
                values.fixed64(Double.doubleToLongBits(value));
            }
            kinds.unsigned(kindNumbers.computeIfAbsent(new Kind(event.type(), event.category()), kind -> {
                kindDictionary.text(kind.type.name());
                kindDictionary.text(kind.category.json());
                return kindNumbers.size();
            }));
            EventOrigin from = new EventOrigin(event.sessionId(), event.leadId(), event.userId(), event.source());
            origins.unsigned(originNumbers.computeIfAbsent(from, origin -> {
                originDictionary.text(origin.sessionId());
                originDictionary.text(origin.leadId());
                originDictionary.text(origin.userId());
                originDictionary.text(origin.source());
                return originNumbers.size();
            }));
            byte[] body = EventBody.encode(event);
            bodies.unsigned(body.length);
            bodies.bytes(body);
        }

        byte[] bytes(int count) {
            Writer all = new Writer();
            all.octet(VERSION);
            all.unsigned(count);
            all.section(micros.toByteArray());
            all.section(sequenced ? sequences.toByteArray() : new byte[0]);
            all.section(ids.toByteArray());
            all.section(flags.toByteArray());
            all.section(dictionary(kindNumbers.size(), kindDictionary, kinds));
            all.section(dictionary(originNumbers.size(), originDictionary, origins));
            all.section(values.toByteArray());
            all.section(deflated(bodies.toByteArray()));
            return all.toByteArray();
        }

        private static byte[] dictionary(int size, Writer dictionary, Writer numbers) {
            Writer section = new Writer();
            section.unsigned(size);
            section.bytes(dictionary.toByteArray());
            section.bytes(numbers.toByteArray());
            return section.toByteArray();
        }

        private static byte[] deflated(byte[] content) {
            Writer section = new Writer();
            byte[] packed = content;
            boolean deflate = content.length >= WORTH_DEFLATING;
            if (deflate) {
                Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
                try {
                    deflater.setInput(content);
                    deflater.finish();
                    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 2);
                    byte[] buffer = new byte[8_192];
                    while (!deflater.finished()) {
                        out.write(buffer, 0, deflater.deflate(buffer));
                    }
                    packed = out.toByteArray();
                } finally {
                    deflater.end();
                }
            }
            section.octet(deflate ? 1 : 0);
            section.unsigned(content.length);
            section.bytes(packed);
            return section.toByteArray();
        }
    }

    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void octet(int value) {
            out.write(value);
        }

        void bytes(byte[] value) {
            out.write(value, 0, value.length);
        }

        void section(byte[] value) {
            unsigned(value.length);
            bytes(value);
        }

        void unsigned(long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                out.write((int) (left & 0x7f) | 0x80);
                left >>>= 7;
            }
            out.write((int) left);
        }

        void signed(long value) {
            unsigned((value << 1) ^ (value >> 63));
        }

        void fixed64(long value) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) (value >>> shift));
            }
        }

        void text(@Nullable String text) {
            if (text == null) {
                unsigned(0);
            } else {
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                unsigned(encoded.length + 1L);
                bytes(encoded);
            }
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }

    private static final class Reader {
        private final ByteBuffer in;

        Reader(byte[] bytes) {
            this(ByteBuffer.wrap(bytes));
        }

        private Reader(ByteBuffer in) {
            this.in = in;
        }

        boolean isAtEnd() {
            return !in.hasRemaining();
        }

        private void need(int count) {
            if (count < 0 || in.remaining() < count) {
                throw damaged(null);
            }
        }

        int octet() {
            need(1);
            return in.get() & 0xff;
        }

        long unsigned() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int next = octet();
                value |= (long) (next & 0x7f) << shift;
                if (next < 0x80) {
                    return value;
                }
            }
            throw damaged(null);
        }

        long signed() {
            long value = unsigned();
            return (value >>> 1) ^ -(value & 1);
        }

        int count() {
            long value = unsigned();
            if (value < 0 || value > Integer.MAX_VALUE - 8) {
                throw damaged(null);
            }
            return (int) value;
        }

        long fixed64() {
            need(8);
            return in.getLong();
        }

        byte[] bytes(int count) {
            need(count);
            byte[] bytes = new byte[count];
            in.get(bytes);
            return bytes;
        }

        byte[] rest() {
            return bytes(in.remaining());
        }

        Reader section() {
            int length = count();
            need(length);
            ByteBuffer part = in.slice().limit(length);
            in.position(in.position() + length);
            return new Reader(part);
        }

        @Nullable
        String text() {
            int length = count();
            return length == 0 ? null : new String(bytes(length - 1), StandardCharsets.UTF_8);
        }

        String required() {
            String text = text();
            if (text == null) {
                throw damaged(null);
            }
            return text;
        }
    }
}
