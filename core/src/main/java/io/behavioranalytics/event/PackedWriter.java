package io.behavioranalytics.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Bytes of a packed timeline while they grow. */
final class PackedWriter {
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

    /** Ends with a checksum of what was written, and of bytes that it belongs to. */
    byte[] sealed(byte[] belongsTo) {
        CRC32 sum = new CRC32();
        sum.update(belongsTo);
        sum.update(out.toByteArray());
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (sum.getValue() >>> shift));
        }
        return out.toByteArray();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
