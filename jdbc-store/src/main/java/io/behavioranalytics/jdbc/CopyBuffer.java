package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.Micros;
import java.nio.ByteBuffer;
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

    private byte[] bytes = new byte[FULL + (FULL >> 1)];
    private int size;

    CopyBuffer() {
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        size = HEADER.length;
    }

    /** Adds a row; the types are those of the columns, to the bit. */
    void add(List<ColumnType> types, @Nullable Object[] row) {
        take(2).putShort((short) row.length);
        for (int i = 0; i < row.length; i++) {
            Object value = row[i];
            if (value == null) {
                take(4).putInt(-1);
            } else {
                add(types.get(i), value);
            }
        }
    }

    private void add(ColumnType type, Object value) {
        switch (type) {
            case TEXT, JSON -> text((String) value);
            case JSONB -> json((String) value);
            case TEXTS -> texts((List<?>) value);
            case UUID -> uuid((UUID) value);
            case INTEGER -> take(8).putInt(4).putInt((Integer) value);
            case LONG -> number64((Long) value);
            case DOUBLE -> number64(Double.doubleToLongBits((Double) value));
            case BOOLEAN -> take(5).putInt(1).put((byte) ((Boolean) value ? 1 : 0));
            case INSTANT -> number64(Micros.of((Instant) value) - EPOCH_MICROS);
            case BYTES -> bytes((byte[]) value);
        }
    }

    boolean isFull() {
        return size >= FULL;
    }

    void end() {
        take(2).putShort((short) -1);
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

    private ByteBuffer take(int count) {
        ensure(count);
        ByteBuffer place = ByteBuffer.wrap(bytes, size, count);
        size += count;
        return place;
    }

    private void number64(long value) {
        take(12).putInt(8).putLong(value);
    }

    private void uuid(UUID id) {
        take(20).putInt(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private void bytes(byte[] value) {
        take(4 + value.length).putInt(value.length).put(value);
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void json(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        take(5 + encoded.length).putInt(1 + encoded.length).put(JSONB_VERSION).put(encoded);
    }

    /** An array of texts: the number of dimensions, whether there are nulls, the element's type, then size and lower bound. */
    private void texts(List<?> texts) {
        int start = size;
        take(4 + 4 + 4 + 4).putInt(0).putInt(texts.isEmpty() ? 0 : 1).putInt(0).putInt(TEXT_OID);
        if (!texts.isEmpty()) {
            take(8).putInt(texts.size()).putInt(1);
        }
        texts.forEach(text -> text((String) text));
        ByteBuffer.wrap(bytes, start, 4).putInt(size - start - 4);
    }
}
