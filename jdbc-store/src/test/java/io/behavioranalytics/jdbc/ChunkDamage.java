package io.behavioranalytics.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Random;

/** What can happen to a chunk of packed history behind the store's back. */
enum ChunkDamage {
    BIT_OF_OUTLINE,
    BIT_OF_DETAIL,
    OUTLINE_CUT,
    DETAIL_CUT,
    NO_DETAIL,
    NO_OUTLINE,
    NO_CHUNK;

    /** Whether a reading of outlines alone finds it. */
    boolean showsInOutlines() {
        return this != BIT_OF_DETAIL && this != DETAIL_CUT && this != NO_DETAIL;
    }

    /**
     * Damages one chunk of a subject.
     *
     * @param connection commits by itself
     * @param schema before the names of tables, with its dot, or nothing
     * @param subject as it stands in columns
     * @param random which chunk, and where
     * @return false if the subject has no chunk
     * @throws SQLException if the database refuses
     */
    boolean strike(Connection connection, String schema, String subject, Random random) throws SQLException {
        int chunks = 0;
        try (PreparedStatement count =
                connection.prepareStatement("select count(*) from " + schema + "packed_history where subject = ?")) {
            count.setString(1, subject);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                chunks = row.getInt(1);
            }
        }
        if (chunks == 0) {
            return false;
        }
        int chunk = number(connection, schema, subject, random.nextInt(chunks));
        switch (this) {
            case BIT_OF_OUTLINE, OUTLINE_CUT ->
                change(connection, schema + "packed_history", "outline", subject, chunk, random);
            case BIT_OF_DETAIL, DETAIL_CUT ->
                change(connection, schema + "packed_detail", "detail", subject, chunk, random);
            case NO_DETAIL -> delete(connection, schema + "packed_detail", subject, chunk);
            case NO_OUTLINE -> delete(connection, schema + "packed_history", subject, chunk);
            case NO_CHUNK -> {
                delete(connection, schema + "packed_history", subject, chunk);
                delete(connection, schema + "packed_detail", subject, chunk);
            }
        }
        return true;
    }

    private static int number(Connection connection, String schema, String subject, int place) throws SQLException {
        try (PreparedStatement numbers = connection.prepareStatement(
                "select chunk from " + schema + "packed_history where subject = ? order by chunk")) {
            numbers.setString(1, subject);
            try (ResultSet rows = numbers.executeQuery()) {
                rows.next();
                for (int i = 0; i < place; i++) {
                    rows.next();
                }
                return rows.getInt(1);
            }
        }
    }

    private void change(Connection connection, String table, String column, String subject, int chunk, Random random)
            throws SQLException {
        byte[] bytes;
        try (PreparedStatement read = connection.prepareStatement(
                "select " + column + " from " + table + " where subject = ? and chunk = ?")) {
            read.setString(1, subject);
            read.setInt(2, chunk);
            try (ResultSet row = read.executeQuery()) {
                if (!row.next()) {
                    return; // an earlier strike took it
                }
                bytes = row.getBytes(1).clone();
            }
        }
        int place = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        if (this == OUTLINE_CUT || this == DETAIL_CUT) {
            bytes = Arrays.copyOf(bytes, place);
        } else if (bytes.length > 0) {
            bytes[place] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        try (PreparedStatement write = connection.prepareStatement(
                "update " + table + " set " + column + " = ? where subject = ? and chunk = ?")) {
            write.setBytes(1, bytes);
            write.setString(2, subject);
            write.setInt(3, chunk);
            write.executeUpdate();
        }
    }

    private static void delete(Connection connection, String table, String subject, int chunk) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + table + " where subject = ? and chunk = ?")) {
            delete.setString(1, subject);
            delete.setInt(2, chunk);
            delete.executeUpdate();
        }
    }
}
