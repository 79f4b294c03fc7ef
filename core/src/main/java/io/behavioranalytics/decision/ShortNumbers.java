package io.behavioranalytics.decision;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InvalidObjectException;

/** Numbers of variable length in written states: seven bits a byte, lowest first; signed ones zigzag. */
final class ShortNumbers {
    private ShortNumbers() {}

    static void write(DataOutput out, long number) throws IOException {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    static void writeSigned(DataOutput out, long number) throws IOException {
        write(out, (number << 1) ^ (number >> 63));
    }

    static long read(DataInput in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.readByte();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new InvalidObjectException("a number of a subject's state is longer than 64 bits");
    }

    static long readSigned(DataInput in) throws IOException {
        long zigzag = read(in);
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** Reads how many things follow that take at least a byte each. */
    static int readSize(DataInput in) throws IOException {
        long size = read(in);
        if (size < 0 || size > Integer.MAX_VALUE - 8) {
            throw new InvalidObjectException("a size in a subject's state cannot be " + size);
        }
        return (int) size;
    }
}
