package io.behavioranalytics.profile;

import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InvalidObjectException;

/** The few bytes of a fold: small numbers are short, instants are distances from the last event. */
final class CompactFormat {
    private CompactFormat() {}

    /** Writes seven bits a byte, lowest first. */
    static void writeNumber(DataOutput out, long number) throws IOException {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
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

    /** Writes an instant that is not after the last event, or {@link Micros#ALWAYS} for none. */
    static void writeInstant(DataOutput out, long micros, long last) throws IOException {
        writeNumber(out, micros == Micros.ALWAYS ? 0 : last - micros + 1);
    }

    static long readInstant(DataInput in, long last) throws IOException {
        long distance = readNumber(in);
        return distance == 0 ? Micros.ALWAYS : last - (distance - 1);
    }
}
