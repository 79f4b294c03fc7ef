package io.behavioranalytics.event;

import io.behavioranalytics.json.FrozenMap;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event's page, properties, context and metadata packed into bytes, without loss: what is unpacked equals what was packed,
 * {@code Long} and {@code BigDecimal} told apart, null kept, names in their order.
 *
 * <p>The format is stable: bytes that a store has kept are readable by every later version. Byte 0 is the version in its upper
 * half and, in its lower half, which of the four maps follow (1 page, 2 properties, 4 context, 8 metadata). A map is its number
 * of names, then names and values. A name is the number of a frequent name below {@value FrequentNames#END}, or its length plus that
 * number and its UTF-8. A value is a tag and what belongs to it. Numbers are variable-length, seven bits a byte, low bits first;
 * signed ones zigzag. Four empty maps are no bytes at all.
 */
public final class EventBody {
    private static final byte[] NONE = {};
    private static final int VERSION = 0x10;

    private static final int NULL = 0;
    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int LONG = 3;
    private static final int DECIMAL = 4; // zigzag scale, zigzag unscaled
    private static final int BIG_DECIMAL = 5; // zigzag scale, length, unscaled as two's complement
    private static final int STRING = 6; // length, UTF-8
    private static final int LIST = 7;
    private static final int MAP = 8;
    private static final int SHORT_STRING = 0x40; // plus the length, 0 to 63
    private static final int SMALL_LONG = 0x80; // plus the number, 0 to 127

    private final Map<String, @Nullable Object> page;
    private final Map<String, @Nullable Object> properties;
    private final Map<String, @Nullable Object> context;
    private final Map<String, @Nullable Object> metadata;

    private EventBody(Reader in, int sections) {
        page = (sections & 1) != 0 ? in.map() : FrozenMap.empty();
        properties = (sections & 2) != 0 ? in.map() : FrozenMap.empty();
        context = (sections & 4) != 0 ? in.map() : FrozenMap.empty();
        metadata = (sections & 8) != 0 ? in.map() : FrozenMap.empty();
    }

    /**
     * Packs an event's four maps.
     *
     * @param event as the normalizer leaves it
     * @return the bytes, none if all four are empty
     * @throws IllegalArgumentException if a value is of a class that the normalizer never leaves
     */
    public static byte[] encode(EventView event) {
        Map<String, @Nullable Object> page = event.page();
        Map<String, @Nullable Object> properties = event.properties();
        Map<String, @Nullable Object> context = event.context();
        Map<String, @Nullable Object> metadata = event.metadata();
        int sections = (page.isEmpty() ? 0 : 1)
                | (properties.isEmpty() ? 0 : 2)
                | (context.isEmpty() ? 0 : 4)
                | (metadata.isEmpty() ? 0 : 8);
        if (sections == 0) {
            return NONE;
        }
        Writer out = new Writer();
        out.octet(VERSION | sections);
        out.mapUnlessEmpty(page);
        out.mapUnlessEmpty(properties);
        out.mapUnlessEmpty(context);
        out.mapUnlessEmpty(metadata);
        return out.bytes();
    }

    /**
     * Unpacks what {@link #encode} packed.
     *
     * @param bytes the bytes
     * @return the four maps, which cannot be changed
     * @throws IllegalArgumentException if the bytes are damaged or of a later version
     */
    public static EventBody decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * Unpacks what {@link #encode} packed, from a part of an array.
     *
     * @param bytes the array
     * @param from where the part begins
     * @param to where it ends
     * @return the four maps, which cannot be changed
     * @throws IllegalArgumentException if the bytes are damaged or of a later version
     */
    public static EventBody decode(byte[] bytes, int from, int to) {
        if (from == to) {
            return new EventBody(new Reader(bytes, from, to), 0);
        }
        int header = bytes[from] & 0xff;
        if ((header & 0xf0) != VERSION) {
            throw new IllegalArgumentException("event body of unknown version " + (header >> 4));
        }
        Reader in = new Reader(bytes, from + 1, to);
        EventBody body;
        try {
            body = new EventBody(in, header & 0x0f);
        } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("event body is damaged", e);
        }
        if (in.at != to) {
            throw new IllegalArgumentException("event body has " + (to - in.at) + " bytes too many");
        }
        return body;
    }

    /**
     * The page.
     *
     * @return its fields
     */
    public Map<String, @Nullable Object> page() {
        return page;
    }

    /**
     * The properties.
     *
     * @return by name
     */
    public Map<String, @Nullable Object> properties() {
        return properties;
    }

    /**
     * The context.
     *
     * @return by name
     */
    public Map<String, @Nullable Object> context() {
        return context;
    }

    /**
     * The metadata.
     *
     * @return by name
     */
    public Map<String, @Nullable Object> metadata() {
        return metadata;
    }

    private static final class Writer {
        private byte[] bytes = new byte[256];
        private int at;

        byte[] bytes() {
            return Arrays.copyOf(bytes, at);
        }

        private void room(int more) {
            if (bytes.length - at < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
            }
        }

        void octet(int value) {
            room(1);
            bytes[at++] = (byte) value;
        }

        void number(long value) {
            room(10);
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes[at++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[at++] = (byte) rest;
        }

        void signed(long value) {
            number((value << 1) ^ (value >> 63));
        }

        void octets(byte[] added) {
            room(added.length);
            System.arraycopy(added, 0, bytes, at, added.length);
            at += added.length;
        }

        void mapUnlessEmpty(Map<String, @Nullable Object> map) {
            if (!map.isEmpty()) {
                map(map);
            }
        }

        private void map(Map<?, ?> map) {
            number(map.size());
            if (map instanceof FrozenMap frozen) {
                for (int i = 0; i < frozen.size(); i++) {
                    name(frozen.name(i));
                    value(frozen.value(i));
                }
                return;
            }
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                name((String) entry.getKey());
                value(entry.getValue());
            }
        }

        private void name(String name) {
            int code = FrequentNames.code(name);
            if (code >= 0) {
                number(code);
            } else {
                byte[] text = name.getBytes(StandardCharsets.UTF_8);
                number(text.length + (long) FrequentNames.END);
                octets(text);
            }
        }

        private void value(@Nullable Object value) {
            if (value == null) {
                octet(NULL);
            } else if (value instanceof String text) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                if (utf8.length < 64) {
                    octet(SHORT_STRING | utf8.length);
                } else {
                    octet(STRING);
                    number(utf8.length);
                }
                octets(utf8);
            } else if (value instanceof Long number) {
                if (number >= 0 && number < 128) {
                    octet(SMALL_LONG | number.intValue());
                } else {
                    octet(LONG);
                    signed(number);
                }
            } else if (value instanceof Boolean truth) {
                octet(truth ? TRUE : FALSE);
            } else if (value instanceof BigDecimal decimal) {
                decimal(decimal);
            } else if (value instanceof List<?> list) {
                octet(LIST);
                number(list.size());
                for (Object element : list) {
                    value(element);
                }
            } else if (value instanceof Map<?, ?> map) {
                octet(MAP);
                map(map);
            } else {
                throw new IllegalArgumentException(
                        "not a normalized value: " + value.getClass().getName());
            }
        }

        private void decimal(BigDecimal decimal) {
            BigInteger unscaled = decimal.unscaledValue();
            boolean fits = unscaled.bitLength() < 64;
            octet(fits ? DECIMAL : BIG_DECIMAL);
            signed(decimal.scale());
            if (fits) {
                signed(unscaled.longValue());
            } else {
                byte[] digits = unscaled.toByteArray();
                number(digits.length);
                octets(digits);
            }
        }
    }

    private static final class Reader {
        private final byte[] bytes;
        private final int end;
        private int at;

        Reader(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        private int octet() {
            if (at >= end) {
                throw new IndexOutOfBoundsException(at);
            }
            return bytes[at++] & 0xff;
        }

        private long number() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int octet = octet();
                value |= (long) (octet & 0x7f) << shift;
                if (octet < 0x80) {
                    return value;
                }
            }
            throw new IndexOutOfBoundsException(at);
        }

        private long signed() {
            long value = number();
            return (value >>> 1) ^ -(value & 1);
        }

        /** A number of things that take at least one byte each, so that damaged bytes cannot ask for more than there are. */
        private int count() {
            long count = number();
            if (count < 0 || count > end - at) {
                throw new IndexOutOfBoundsException(at);
            }
            return (int) count;
        }

        private String text(int length) {
            if (length > end - at) {
                throw new IndexOutOfBoundsException(at);
            }
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }

        Map<String, @Nullable Object> map() {
            int size = count();
            @Nullable Object[] entries = new Object[size * 2];
            for (int i = 0; i < entries.length; i += 2) {
                entries[i] = name();
                entries[i + 1] = value();
            }
            return FrozenMap.ofEntries(entries);
        }

        private String name() {
            long code = number();
            if (code < FrequentNames.END) {
                return FrequentNames.name((int) code);
            }
            if (code - FrequentNames.END > end - at) {
                throw new IndexOutOfBoundsException(at);
            }
            return text((int) (code - FrequentNames.END));
        }

        private @Nullable Object value() {
            int tag = octet();
            if (tag >= SMALL_LONG) {
                return (long) (tag - SMALL_LONG);
            }
            if (tag >= SHORT_STRING) {
                return text(tag - SHORT_STRING);
            }
            return switch (tag) {
                case NULL -> null;
                case TRUE -> true;
                case FALSE -> false;
                case LONG -> signed();
                case DECIMAL -> {
                    int scale = (int) signed();
                    yield BigDecimal.valueOf(signed(), scale);
                }
                case BIG_DECIMAL -> {
                    int scale = (int) signed();
                    int length = count();
                    BigInteger unscaled = new BigInteger(bytes, at, length);
                    at += length;
                    yield new BigDecimal(unscaled, scale);
                }
                case STRING -> text(count());
                case LIST -> list();
                case MAP -> map();
                default -> throw new IllegalArgumentException("event body has an unknown tag " + tag);
            };
        }

        private List<@Nullable Object> list() {
            @Nullable Object[] elements = new Object[count()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = value();
            }
            return Collections.unmodifiableList(Arrays.<@Nullable Object>asList(elements));
        }
    }
}
