package io.behavioranalytics.store;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a store keeps as JSON Lines: one object for each record, between a first line that names the format and a last
 * one with the number of records of each kind and a checksum of all lines before it, by which a cut or damaged archive is refused.
 *
 * <p>Lossless between any two stores, and the same for equal contents: names within an event's objects are sorted, since some
 * databases do not keep their order. What the store cannot read of its own is listed, each in a line of the kind {@code damaged}
 * with what it is and its id, and is not restored. Streamed in bounded memory. Neither stream is closed; compressing is up to the caller.
 */
public final class Archive {
    private static final String PRODUCT = "behavior-analytics";
    private static final long FORMAT = 1;
    private static final int LONGEST_LINE = 256 * 1024 * 1024;
    private static final JsonLimits LIMITS =
            new JsonLimits(Integer.MAX_VALUE, 256, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 1_000);

    private Archive() {}

    /**
     * Writes everything that a store keeps, as of one instant, while others go on with it.
     *
     * @param store the store
     * @param out where to; flushed, not closed
     * @return how many records of each kind were written; {@code damaged} those that cannot be read, and are listed instead
     * @throws IOException if writing failed; what was written is no archive then
     * @throws StoreException if the storage failed; what was written is no archive then
     */
    public static Map<String, Long> write(Store store, OutputStream out) throws IOException {
        try {
            Writer writer = new Writer(new BufferedOutputStream(out, 1 << 16));
            store.upkeep().read(writer);
            return writer.end();
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /**
     * Puts everything into an empty store with which nobody else works meanwhile. If it fails, the store is as empty as before.
     *
     * @param store the store
     * @param in an archive; read to its end, not closed
     * @return how many records of each kind were restored; {@code damaged} those that the archive lists as lost
     * @throws IOException if reading failed
     * @throws ArchiveException if the archive is cut, damaged, or of an unknown format
     * @throws IllegalStateException if the store is not empty
     * @throws StoreException if the storage failed
     */
    public static Map<String, Long> read(Store store, InputStream in) throws IOException {
        Reader reader = new Reader(new BufferedInputStream(in, 1 << 16));
        try {
            reader.begin();
            store.upkeep().restore(reader);
            return reader.counts;
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        } catch (IllegalArgumentException refused) {
            throw new ArchiveException(reader.line, "is refused: " + refused.getMessage(), refused);
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static final class Writer implements Consumer<ArchiveRecord> {
        private final OutputStream out;
        private final MessageDigest digest = digest();
        private final Map<String, Long> counts = new TreeMap<>();

        Writer(OutputStream out) {
            this.out = out;
            Map<String, Object> header = new LinkedHashMap<>();
            header.put("archive", PRODUCT);
            header.put("format", FORMAT);
            line(header);
        }

        @Override
        public void accept(ArchiveRecord record) {
            Map<String, @Nullable Object> fields = ArchiveJson.write(record);
            counts.merge((String) Objects.requireNonNull(fields.get(ArchiveJson.KIND)), 1L, Long::sum);
            line(fields);
        }

        private void line(Map<String, ? extends @Nullable Object> fields) {
            byte[] bytes = (Json.write(fields) + "\n").getBytes(StandardCharsets.UTF_8);
            digest.update(bytes);
            try {
                out.write(bytes);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        Map<String, Long> end() throws IOException {
            Map<String, Object> last = new LinkedHashMap<>();
            last.put("end", counts);
            last.put("sha256", HexFormat.of().formatHex(digest.digest()));
            line(last);
            out.flush();
            return Map.copyOf(counts);
        }
    }

    /** Reads records; it is through only when the last line has confirmed all before it. */
    private static final class Reader implements Iterator<ArchiveRecord> {
        private final InputStream in;
        private final MessageDigest digest = digest();
        private final Map<String, Long> counts = new TreeMap<>();
        private final ArchiveJson json = new ArchiveJson();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
        private long line;
        private @Nullable ArchiveRecord next;
        private boolean through;

        Reader(InputStream in) {
            this.in = in;
        }

        void begin() {
            byte[] first = nextLine();
            digest.update(first);
            Map<String, @Nullable Object> header = parse(first);
            if (!PRODUCT.equals(header.get("archive"))) {
                throw new ArchiveException(line, "is not the first line of an archive of behavior analytics", null);
            }
            if (!Long.valueOf(FORMAT).equals(header.get("format"))) {
                throw new ArchiveException(
                        line, "names a format that this code does not know; it knows format " + FORMAT, null);
            }
        }

        @Override
        public boolean hasNext() {
            if (next == null && !through) {
                advance();
            }
            return next != null;
        }

        @Override
        public ArchiveRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ArchiveRecord record = Objects.requireNonNull(next);
            next = null;
            return record;
        }

        private void advance() {
            while (next == null && !through) {
                byte[] text = nextLine();
                Map<String, @Nullable Object> fields = parse(text);
                if (fields.get("end") instanceof Map<?, ?> expected) {
                    finish(expected, fields.get("sha256"));
                    return;
                }
                digest.update(text);
                try {
                    if (!ArchiveJson.isDamaged(fields)) {
                        next = json.read(fields);
                    }
                } catch (IllegalArgumentException | DateTimeException damaged) {
                    throw new ArchiveException(line, "is damaged: " + damaged.getMessage(), damaged);
                }
                counts.merge(ArchiveJson.kind(fields), 1L, Long::sum);
            }
        }

        private void finish(Map<?, ?> expected, @Nullable Object checksum) {
            if (!expected.equals(counts)) {
                throw new ArchiveException(line, "counts other records than there are: some are missing", null);
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(checksum)) {
                throw new ArchiveException(
                        line, "has another checksum than the lines before it: one was changed", null);
            }
            try {
                if (in.read() >= 0) {
                    throw new ArchiveException(line + 1, "stands behind the end", null);
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            through = true;
        }

        private Map<String, @Nullable Object> parse(byte[] text) {
            try {
                return Json.parseObject(text, LIMITS);
            } catch (JsonException damaged) {
                throw new ArchiveException(line, "is no JSON object", damaged);
            }
        }

        /** The next line with its line feed. */
        private byte[] nextLine() {
            line++;
            bytes.reset();
            try {
                for (int c = in.read(); c >= 0; c = in.read()) {
                    bytes.write(c);
                    if (c == '\n') {
                        return bytes.toByteArray();
                    }
                    if (bytes.size() > LONGEST_LINE) {
                        throw new ArchiveException(line, "is longer than " + LONGEST_LINE + " bytes", null);
                    }
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            throw new ArchiveException(line, bytes.size() == 0 ? "is missing: the archive was cut" : "was cut", null);
        }
    }
}
