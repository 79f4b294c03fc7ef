package io.behavioranalytics.examples.quickstart;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text, plain or gzip (by its first two bytes): strict UTF-8, each ended by LF or CR LF. Not thread-safe.
 */
final class Lines implements Closeable {
    /** A longer line is unreadable, so that a file without any end of line cannot fill the memory. */
    static final int MAX_BYTES = 1 << 20;

    /**
     * One line.
     *
     * @param number 1 for the first
     * @param text without its end; empty if there is a problem
     * @param problem why it cannot be read, or null
     */
    record Line(long number, String text, @Nullable String problem) {}

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final Deque<Line> pushedBack = new ArrayDeque<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private long number;

    private Lines(InputStream in) {
        this.in = in;
    }

    static Lines open(Path file) throws IOException {
        return open(Files.newInputStream(file));
    }

    /** Takes over the stream: closing the lines closes it. */
    static Lines open(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        try {
            in.mark(2);
            boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return new Lines(gzip ? Inflation.of(in) : in);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** The next line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        Line again = pushedBack.poll();
        return again != null ? again : read();
    }

    /** The next line, or null at the end; it stays the next. */
    @Nullable
    Line peek() throws IOException {
        Line line = next();
        if (line != null) {
            pushedBack.addFirst(line);
        }
        return line;
    }

    /** Gives lines back: they come again, in this order. */
    void pushBack(List<Line> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            pushedBack.addFirst(lines.get(i));
        }
    }

    private @Nullable Line read() throws IOException {
        bytes.reset();
        boolean any = false;
        boolean ended = false;
        boolean tooLong = false;
        while (!ended) {
            if (position == filled) {
                filled = Math.max(0, in.read(buffer));
                position = 0;
                if (filled == 0) {
                    break;
                }
            }
            any = true;
            int start = position;
            while (position < filled && buffer[position] != '\n') {
                position++;
            }
            tooLong |= bytes.size() + (position - start) > MAX_BYTES;
            if (!tooLong) {
                bytes.write(buffer, start, position - start);
            }
            if (position < filled) {
                position++;
                ended = true;
            }
        }
        if (!any) {
            return null;
        }
        number++;
        return tooLong ? new Line(number, "", "longer than " + MAX_BYTES + " bytes") : decode();
    }

    private Line decode() {
        ByteBuffer source = ByteBuffer.wrap(bytes.toByteArray());
        CharBuffer target = CharBuffer.allocate(source.remaining());
        CoderResult result = decoder.reset().decode(source, target, true);
        if (result.isError()) {
            int wrong = source.get(source.position()) & 0xff;
            return new Line(
                    number, "", "not UTF-8: byte 0x%02X at position %d".formatted(wrong, source.position() + 1));
        }
        String text = target.flip().toString();
        int from = number == 1 && text.startsWith("\uFEFF") ? 1 : 0; // a byte order mark is no part of the text
        int to = text.endsWith("\r") ? text.length() - 1 : text.length();
        return new Line(number, text.substring(Math.min(from, to), to), null);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
