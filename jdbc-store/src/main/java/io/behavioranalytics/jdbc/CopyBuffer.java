package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.Micros;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Rows in PostgreSQL's binary COPY format ("COPY", section "Binary Format", of its manual): each field has its length before it,
 * so that nothing in a text can end it.
 */
final class CopyBuffer {
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final int FULL = 1 << 16;

    /** PostgreSQL counts microseconds from 2000-01-01T00:00Z. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private static final byte JSONB_VERSION = 1;
    private static final int TEXT_OID = 25;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[FULL + (FULL >> 1)];
    private int size;

    /** Begins with the first row; what was not flushed is dropped. */
    void begin() {
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        size = HEADER.length;
    }

    /** Adds a row; the types are those of the columns, to the bit. */
    void add(List<ColumnType> types, @Nullable Object[] row) {
        ensure(2);
        int16(row.length);
        for (int i = 0; i < row.length; i++) {
            Object value = row[i];
            if (value == null) {
                ensure(4);
                int32(-1);
            } else {
                add(types.get(i), value);
            }
        }
    }

    private void add(ColumnType type, Object value) {
        switch (type) {
            case TEXT, JSON -> text((String) value, 0);
            case JSONB -> text((String) value, 1);
            case TEXTS -> texts((List<?>) value);
            case UUID -> uuid((UUID) value);
            case INTEGER -> {
                ensure(8);
                int32(4);
                int32((Integer) value);
            }
            case LONG -> number64((Long) value);
            case DOUBLE -> number64(Double.doubleToLongBits((Double) value));
            case BOOLEAN -> {
                ensure(5);
                int32(1);
                bytes[size++] = (byte) ((Boolean) value ? 1 : 0);
            }
            case INSTANT -> number64(Micros.of((Instant) value) - EPOCH_MICROS);
            case BYTES -> bytes((byte[]) value);
        }
    }

    boolean isFull() {
        return size >= FULL;
    }

    void end() {
        ensure(2);
        int16(-1);
    }

    void flushTo(CopyIn copy) throws SQLException {
        copy.writeToCopy(bytes, 0, size);
        size = 0;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    private void int16(int value) {
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
    }

    private void int32(int value) {
        INTS.set(bytes, size, value);
        size += 4;
    }

    private void int64(long value) {
        LONGS.set(bytes, size, value);
        size += 8;
    }

    private void number64(long value) {
        ensure(12);
        int32(8);
        int64(value);
    }

    private void uuid(UUID id) {
        ensure(20);
        int32(16);
        int64(id.getMostSignificantBits());
        int64(id.getLeastSignificantBits());
    }

    private void bytes(byte[] value) {
        ensure(4 + value.length);
        int32(value.length);
        append(value);
    }

    private void append(byte[] value) {
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** A text in UTF-8, behind the version of the binary form if it is a jsonb's; nearly all are ASCII, and need no array of their own. */
    private void text(String text, int versions) {
        int length = text.length();
        ensure(4 + versions + length);
        int start = size;
        size += 4;
        if (versions > 0) {
            bytes[size++] = JSONB_VERSION;
        }
        int from = size;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size = from;
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                ensure(encoded.length);
                append(encoded);
                INTS.set(bytes, start, size - start - 4);
                return;
            }
            bytes[from + i] = (byte) c;
        }
        size = from + length;
        INTS.set(bytes, start, size - start - 4);
    }

    /** An array of texts: the number of dimensions, whether there are nulls, the element's type, then size and lower bound. */
    private void texts(List<?> texts) {
        ensure(24);
        int start = size;
        int32(0);
        int32(texts.isEmpty() ? 0 : 1);
        int32(0);
        int32(TEXT_OID);
        if (!texts.isEmpty()) {
            int32(texts.size());
            int32(1);
        }
        texts.forEach(text -> text((String) text, 0));
        INTS.set(bytes, start, size - start - 4);
    }
}
