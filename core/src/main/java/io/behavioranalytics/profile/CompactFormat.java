package io.behavioranalytics.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.util.Arrays;

/**
 * The few bytes of a fold: small numbers are short, instants are distances from the last event.
 *
 * <p>Bytes are collected here and handed over at once, for a fold is written with every decision and a stream's call per
 * byte costs more than all the rest.
 */
final class CompactFormat {
    private static final int LONGEST_TEXT = 1 << 16;

    private byte[] bytes = new byte[320];
    private int size;
    private final long last;

    /** Starts empty; instants are distances before the given one. */
    CompactFormat(long last) {
        this.last = last;
    }

    void writeByte(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
    }

    void writeInt(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            writeByte(value >> shift);
        }
    }

    void writeLong(long value) {
        writeInt((int) (value >> 32));
        writeInt((int) value);
    }

    void writeDouble(double value) {
        writeLong(Double.doubleToLongBits(value));
    }

    /** Writes seven bits a byte, lowest first. */
    void writeNumber(long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            writeByte((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        writeByte((int) rest);
    }

    /** Writes an instant that is not after the last event, or {@link Micros#ALWAYS} for none. */
    void writeInstant(long micros) {
        writeNumber(micros == Micros.ALWAYS ? 0 : last - micros + 1);
    }

    void writeText(String text) {
        byte[] encoded = text.getBytes(UTF_8);
        writeNumber(encoded.length);
        while (bytes.length - size < encoded.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
    }

    void flushTo(DataOutput out) throws IOException {
        out.write(bytes, 0, size);
    }

    static long readNumber(DataInput in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.readByte();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new InvalidObjectException("a number of a profile fold is longer than 64 bits");
    }

    static int readSize(DataInput in, int most) throws IOException {
        long size = readNumber(in);
        if (size < 0 || size > most) {
            throw new InvalidObjectException("a size in a profile fold must be 0 to " + most + ": " + size);
        }
        return (int) size;
    }

    static long readInstant(DataInput in, long last) throws IOException {
        long distance = readNumber(in);
        return distance == 0 ? Micros.ALWAYS : last - (distance - 1);
    }

    static String readText(DataInput in) throws IOException {
        byte[] encoded = new byte[readSize(in, LONGEST_TEXT)];
        in.readFully(encoded);
        return new String(encoded, UTF_8);
    }
}
