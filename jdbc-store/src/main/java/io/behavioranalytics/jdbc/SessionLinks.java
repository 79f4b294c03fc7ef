package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.event.EventKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session's links as bytes, since most sessions are one row with one link: the version 1, then of each link the timestamp in
 * microseconds, the sequence and the id of its first event, 8, 8 and 16 bytes, and the lead's id as UTF-8 behind its length in 2.
 */
final class SessionLinks {
    private static final byte VERSION = 1;
    private static final int FIXED = 8 + 8 + 16 + 2;

    private SessionLinks() {}

    static byte[] pack(List<SessionLink> links) {
        List<byte[]> leads = new ArrayList<>();
        int size = 1;
        for (SessionLink link : links) {
            byte[] lead = link.leadId().getBytes(StandardCharsets.UTF_8);
            leads.add(lead);
            size += FIXED + lead.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(VERSION);
        for (int i = 0; i < links.size(); i++) {
            EventKey from = links.get(i).from();
            out.putLong(from.micros())
                    .putLong(from.sequence())
                    .putLong(from.id().getMostSignificantBits())
                    .putLong(from.id().getLeastSignificantBits())
                    .putShort((short) leads.get(i).length)
                    .put(leads.get(i));
        }
        return out.array();
    }

    static List<SessionLink> unpack(byte @Nullable [] bytes) {
        List<SessionLink> links = new ArrayList<>();
        if (bytes == null) {
            return links;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "a session's links have version " + version + ", this code reads " + VERSION);
            }
            while (in.hasRemaining()) {
                EventKey from = new EventKey(in.getLong(), in.getLong(), new UUID(in.getLong(), in.getLong()));
                byte[] lead = new byte[in.getShort() & 0xffff];
                in.get(lead);
                links.add(new SessionLink(from, new String(lead, StandardCharsets.UTF_8)));
            }
        } catch (BufferUnderflowException cut) {
            throw new IllegalStateException("a session's links are damaged", cut);
        }
        return links;
    }
}
