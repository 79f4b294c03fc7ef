package io.behavioranalytics.event;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Events of one timeline packed into bytes, column by column and without loss: how a store keeps histories and reads them back at
 * once. Immutable.
 *
 * <p>There are two parts: the outline, which tells when and what, and the detail, which tells the rest. Who asks for no more reads outlines alone.
 * Both formats are stable: bytes that a store has kept are readable by every later version. Byte 0 of the detail is the version, 2. Then come
 * the number of events, six sections, each with its length before it, and a checksum of the outline and all that, CRC-32 in four bytes,
 * high bits first:
 *
 * <ol>
 *   <li>sequences, empty if all are 0;
 *   <li>ids: a byte, then 16 bytes each if it is 0; if it is 1, for each the distance of its upper 48 bits, which are milliseconds in
 *       version 7 (RFC 9562), from the event's, and the other 10 bytes;
 *   <li>flags: 1 imported, 2 with a value; a byte each, or one for all if they are alike;
 *   <li>origins: a dictionary of session, lead, user and source, then a number for each event if there are several;
 *   <li>values, 8 bytes for each event that has one;
 *   <li>bodies: a byte that tells whether the rest is deflated (RFC 1951) and the size of it when it is not; then length and {@link
 *       EventBody} of each event; nothing at all if all are empty.
 * </ol>
 *
 * Numbers are variable-length, seven bits a byte, low bits first; signed ones zigzag. A text is its length in bytes plus one and
 * its UTF-8, 0 for none.
 */
public final class PackedTimeline {
    private static final int VERSION = 2;
    private static final int IMPORTED = 1;
    private static final int VALUED = 2;
    private static final int WORTH_DEFLATING = 256;
    private static final int ID_BYTES = 16;
    private static final int MICROS_IN_MILLI = 1_000;

    private final byte[] outline;
    private final byte[] detail;

    private PackedTimeline(byte[] outline, byte[] detail) {
        this.outline = outline;
        this.detail = detail;
    }

    /**
     * Takes what a store has kept; it is looked at when it is unpacked.
     *
     * @param outline when and what
     * @param detail the rest
     * @return both
     */
    public static PackedTimeline of(byte[] outline, byte[] detail) {
        return new PackedTimeline(outline.clone(), detail.clone());
    }

    /**
     * When the events happened and what they were, for {@link #outline(List, List)}.
     *
     * @return the bytes
     */
    public byte[] outline() {
        return outline.clone();
    }

    /**
     * All else of the events.
     *
     * @return the bytes
     */
    public byte[] detail() {
        return detail.clone();
    }

    /**
     * Counts the events of an outline without unpacking it.
     *
     * @param outline the bytes
     * @return how many there are, which holds to the bit
     * @throws IllegalArgumentException if the bytes are damaged, or of a later version
     */
    public static int count(byte[] outline) {
        return PackedOutline.verified(outline);
    }

    /**
     * Counts the events without unpacking them.
     *
     * @return how many there are, which holds to the bit
     * @throws IllegalArgumentException if a part is damaged, or of a later version, or if the parts do not belong together
     */
    public int count() {
        int count = PackedOutline.verified(outline);
        PackedReader reader = sealed(this);
        if (reader.count() != count) {
            throw PackedReader.damaged(null);
        }
        return count;
    }

    /**
     * Packs events.
     *
     * @param timeline the events
     * @param from the place of the first
     * @param to the place after the last
     * @return both parts
     * @throws IndexOutOfBoundsException if there are no such places
     * @throws IllegalStateException if the timeline is an outline
     */
    public static PackedTimeline pack(Timeline timeline, int from, int to) {
        EventColumns columns = timeline.columns(from, to);
        int first = timeline.offset() + from;
        int end = timeline.offset() + to;
        Packer packer = new Packer();
        for (int place = first; place < end; place++) {
            packer.add(columns, place);
        }
        byte[] outline = PackedOutline.pack(columns, first, end);
        return new PackedTimeline(outline, packer.bytes(to - from, outline));
    }

    /**
     * Joins what was packed, and what was not, as an outline: a timeline that tells sizes, instants, types and categories, and refuses to tell
     * anything else.
     *
     * @param outlines in the order of their events, which follow each other
     * @param behind events behind them, in their order
     * @return the outline of all events
     * @throws IllegalArgumentException if the bytes are damaged, or of a later version
     */
    public static Timeline outline(List<byte[]> outlines, List<EventOutline> behind) {
        int total = behind.size();
        for (byte[] outline : outlines) {
            total = total(total, PackedOutline.count(outline), outline.length);
        }
        EventColumns columns = EventColumns.outline(total);
        int place = 0;
        for (byte[] outline : outlines) {
            place = PackedOutline.unpack(outline, columns, place);
        }
        for (EventOutline event : behind) {
            columns.outlineMicros(place, event.micros());
            columns.outlineKind(place++, columns.numberOf(event.type()), event.type(), event.category());
        }
        return Timeline.of(columns, total, 0);
    }

    /** Adds what bytes say that they hold, if they can: an event takes two bytes at least. */
    private static int total(int before, int count, int bytes) {
        if (count > bytes) {
            throw PackedReader.damaged(null);
        }
        return Math.addExact(before, count);
    }

    /**
     * Joins what was packed.
     *
     * @param chunks in the order of their events, which follow each other
     * @return all events
     * @throws IllegalArgumentException if the bytes are damaged, or of a later version
     */
    public static Timeline unpack(List<PackedTimeline> chunks) {
        int total = 0;
        List<PackedReader> readers = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (PackedTimeline chunk : chunks) {
            PackedReader reader = sealed(chunk);
            int count = reader.count();
            if (count != PackedOutline.count(chunk.outline)) {
                throw PackedReader.damaged(null);
            }
            total = total(total, count, chunk.outline.length);
            readers.add(reader);
            counts.add(count);
        }
        EventColumns columns = new EventColumns(total);
        columns.claim(0, total);
        long bodyBytes = 0;
        int place = 0;
        for (int i = 0; i < readers.size(); i++) {
            PackedOutline.unpack(chunks.get(i).outline, columns, place);
            bodyBytes += unpack(readers.get(i), counts.get(i), columns, place);
            place += counts.get(i);
        }
        columns.publish(total);
        return Timeline.of(columns, total, bodyBytes);
    }

    /** A detail behind its version, if it is as it was written beside its outline. */
    private static PackedReader sealed(PackedTimeline chunk) {
        PackedReader reader = new PackedReader(chunk.detail);
        int version = reader.octet();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "a packed timeline of version " + version + ", this code reads " + VERSION);
        }
        reader.unseal(chunk.detail, chunk.outline);
        return reader;
    }

    private static long unpack(PackedReader reader, int count, EventColumns columns, int first) {
        PackedReader sequences = reader.section();
        PackedReader ids = reader.section();
        PackedReader flags = reader.section();
        PackedReader origins = reader.section();
        PackedReader values = reader.section();
        PackedReader bodies = bodies(reader.section());
        if (!reader.isAtEnd()) {
            throw PackedReader.damaged(null);
        }
        List<EventOrigin> originOf = new ArrayList<>();
        for (int left = origins.count(); left > 0; left--) {
            originOf.add(new EventOrigin(origins.text(), origins.text(), origins.text(), origins.required()));
        }
        boolean severalOrigins = originOf.size() > 1;
        boolean sequenced = !sequences.isAtEnd();
        boolean timed = count > 0 && ids.octet() == 1;
        boolean bodied = !bodies.isAtEnd();
        int flag = 0;
        long bodyBytes = 0;
        for (int i = 0; i < count; i++) {
            long sequence = sequenced ? sequences.signed() : 0;
            UUID id = timed ? timed(ids, columns.micros(first + i)) : new UUID(ids.fixed64(), ids.fixed64());
            flag = flags.isAtEnd() && i > 0 ? flag : flags.octet();
            EventOrigin origin = element(originOf, severalOrigins ? origins.count() : 0);
            Double value = (flag & VALUED) != 0 ? (Double) Double.longBitsToDouble(values.fixed64()) : null;
            byte[] body = bodies.bytes(bodied ? bodies.count() : 0);
            columns.restore(first + i, sequence, id, (flag & IMPORTED) != 0, value, origin, body);
            bodyBytes += body.length;
        }
        return bodyBytes;
    }

    /** The milliseconds of an instant, which the upper 48 bits of an id are told from. */
    private static long millis(long micros) {
        return Math.floorDiv(micros, MICROS_IN_MILLI);
    }

    private static UUID timed(PackedReader ids, long micros) {
        long upper = millis(micros) + ids.signed();
        return new UUID(upper << 16 | (long) ids.octet() << 8 | ids.octet(), ids.fixed64());
    }

    private static <T> T element(List<T> dictionary, int index) {
        if (index >= dictionary.size()) {
            throw PackedReader.damaged(null);
        }
        return dictionary.get(index);
    }

    private static PackedReader bodies(PackedReader section) {
        if (section.isAtEnd()) {
            return section;
        }
        boolean deflated = section.octet() == 1;
        byte[] content = new byte[section.count()];
        if (!deflated) {
            return new PackedReader(section.bytes(content.length));
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(section.rest());
            int size = 0;
            while (size < content.length) {
                int read = inflater.inflate(content, size, content.length - size);
                if (read == 0) {
                    throw PackedReader.damaged(null);
                }
                size += read;
            }
            return new PackedReader(content);
        } catch (DataFormatException e) {
            throw PackedReader.damaged(e);
        } finally {
            inflater.end();
        }
    }

    /** The sections while they grow. */
    private static final class Packer {
        private final PackedWriter sequences = new PackedWriter();
        private final PackedWriter ids = new PackedWriter();
        private final PackedWriter timedIds = new PackedWriter();
        private final PackedWriter flags = new PackedWriter();
        private final PackedWriter originDictionary = new PackedWriter();
        private final PackedWriter origins = new PackedWriter();
        private final PackedWriter values = new PackedWriter();
        private final PackedWriter bodies = new PackedWriter();
        private final Map<EventOrigin, Integer> originNumbers = new HashMap<>();
        private boolean sequenced;
        private boolean bodied;
        private int firstFlag = -1;
        private boolean flagsDiffer;

        void add(EventColumns columns, int place) {
            sequences.signed(columns.sequence(place));
            sequenced |= columns.sequence(place) != 0;
            addId(columns, place);
            Double value = columns.value(place);
            int flag = (columns.imported(place) ? IMPORTED : 0) | (value != null ? VALUED : 0);
            flags.octet(flag);
            firstFlag = firstFlag < 0 ? flag : firstFlag;
            flagsDiffer |= flag != firstFlag;
            if (value != null) {
                values.fixed64(Double.doubleToLongBits(value));
            }
            origins.unsigned(originNumbers.computeIfAbsent(columns.origin(place), origin -> {
                originDictionary.text(origin.sessionId());
                originDictionary.text(origin.leadId());
                originDictionary.text(origin.userId());
                originDictionary.text(origin.source());
                return originNumbers.size();
            }));
            byte[] body = columns.encodedBody(place);
            bodied |= body.length > 0;
            bodies.unsigned(body.length);
            bodies.bytes(body);
        }

        private void addId(EventColumns columns, int place) {
            UUID id = columns.id(place);
            long high = id.getMostSignificantBits();
            ids.fixed64(high);
            ids.fixed64(id.getLeastSignificantBits());
            timedIds.signed((high >>> 16) - millis(columns.micros(place)));
            timedIds.octet((int) (high >>> 8) & 0xff);
            timedIds.octet((int) high & 0xff);
            timedIds.fixed64(id.getLeastSignificantBits());
        }

        byte[] bytes(int count, byte[] outline) {
            PackedWriter all = new PackedWriter();
            all.octet(VERSION);
            all.unsigned(count);
            all.section(sequenced ? sequences.toByteArray() : new byte[0]);
            all.section(ids(count));
            byte[] flag = flags.toByteArray();
            all.section(flagsDiffer || count == 0 ? flag : new byte[] {flag[0]});
            all.section(origins());
            all.section(values.toByteArray());
            all.section(bodied ? deflated(bodies.toByteArray()) : new byte[0]);
            return all.sealed(outline);
        }

        private byte[] ids(int count) {
            PackedWriter section = new PackedWriter();
            byte[] timed = timedIds.toByteArray();
            boolean shorter = timed.length < (long) count * ID_BYTES;
            if (count > 0) {
                section.octet(shorter ? 1 : 0);
                section.bytes(shorter ? timed : ids.toByteArray());
            }
            return section.toByteArray();
        }

        private byte[] origins() {
            PackedWriter section = new PackedWriter();
            section.unsigned(originNumbers.size());
            section.bytes(originDictionary.toByteArray());
            if (originNumbers.size() > 1) {
                section.bytes(origins.toByteArray());
            }
            return section.toByteArray();
        }

        private static byte[] deflated(byte[] content) {
            PackedWriter section = new PackedWriter();
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
}
