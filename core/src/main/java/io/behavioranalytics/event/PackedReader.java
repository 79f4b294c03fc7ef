package io.behavioranalytics.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Bytes of a packed timeline being read; whatever is not as it was written is damage. */
final class PackedReader {
    private static final int SEAL = Integer.BYTES;

    private final ByteBuffer in;

    PackedReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    private PackedReader(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Leaves the checksum at the end out of what is still read.
     *
     * @param bytes all that is read, from the first on
     * @param belongsTo what else the checksum was made of
     * @throws IllegalArgumentException if the bytes are not those that it was made of
     */
    void unseal(byte[] bytes, byte[] belongsTo) {
        int end = bytes.length - SEAL;
        if (end < in.position()) {
            throw damaged(null);
        }
        CRC32 sum = new CRC32();
        sum.update(belongsTo);
        sum.update(bytes, 0, end);
        if (in.getInt(end) != (int) sum.getValue()) {
            throw damaged(null);
        }
        in.limit(end);
    }

    /** Where what is read ends in the bytes that reading began with. */
    int end() {
        return in.limit();
    }

    /** Where reading goes on in the bytes that it began with. */
    int position() {
        return in.position();
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

    PackedReader section() {
        int length = count();
        need(length);
        ByteBuffer part = in.slice().limit(length);
        in.position(in.position() + length);
        return new PackedReader(part);
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

    static IllegalArgumentException damaged(@Nullable Exception cause) {
        return new IllegalArgumentException("a packed timeline is damaged", cause);
    }
}
