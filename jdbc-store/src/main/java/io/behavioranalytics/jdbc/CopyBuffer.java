package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Events in PostgreSQL's binary COPY format ("COPY", section "Binary Format", of its manual): each field has its length before it,
 * so that nothing in a text can end it.
 */
final class CopyBuffer {
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final int FULL = 1 << 16;
    private static final short FIELDS = 16;

    /** PostgreSQL counts microseconds from 2000-01-01T00:00Z. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private static final byte JSONB_VERSION = 1;

    private byte[] bytes = new byte[FULL + (FULL >> 1)];
    private int size;

    CopyBuffer() {
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        size = HEADER.length;
    }

    void add(EventRow row) {
        BehaviorEvent event = row.event();
        number16(FIELDS);
        uuid(event.id());
        number64(event.micros() - EPOCH_MICROS);
        optional64(event.value() == null ? null : (Long) Double.doubleToLongBits(event.value()));
        optional64(row.sequence());
        bool(event.leadId() != null);
        bool(event.imported());
        text(row.leadId());
        text(event.sessionId());
        text(event.userId());
        text(event.type().name());
        text(event.category().json());
        text(event.source());
        json(event.page());
        json(event.properties());
        json(event.context());
        json(event.metadata());
    }

    boolean isFull() {
        return size >= FULL;
    }

    void end() {
        number16((short) -1);
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

    private void number16(short value) {
        take(2).putShort(value);
    }

    private void number64(long value) {
        take(12).putInt(8).putLong(value);
    }

    private void optional64(@Nullable Long value) {
        if (value == null) {
            missing();
        } else {
            number64(value);
        }
    }

    private void missing() {
        take(4).putInt(-1);
    }

    private void bool(boolean value) {
        take(5).putInt(1).put((byte) (value ? 1 : 0));
    }

    private void uuid(UUID id) {
        take(20).putInt(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private void text(@Nullable String text) {
        if (text == null) {
            missing();
            return;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        take(4 + encoded.length).putInt(encoded.length).put(encoded);
    }

    private void json(Map<String, @Nullable Object> map) {
        String text = EventRow.json(map);
        if (text == null) {
            missing();
            return;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        take(5 + encoded.length).putInt(1 + encoded.length).put(JSONB_VERSION).put(encoded);
    }
}
