package io.behavioranalytics.examples.quickstart;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * What a gzip inflates to, as long as it stays in proportion: deflate packs zeros a thousandfold, clickstreams rarely more than
 * twentyfold, so that a small file which would fill the machine stops at the limit. Not thread-safe.
 */
final class Inflation extends FilterInputStream {
    /** So many times its own size a file may have. */
    static final long MOST_TIMES = 100;

    /** Comes on top, so that short files may be as regular as they like. */
    static final long ALLOWANCE = 1 << 20;

    private final Packed packed;
    private long inflated;

    private Inflation(Packed packed) throws IOException {
        super(new GZIPInputStream(packed, 1 << 16));
        this.packed = packed;
    }

    /**
     * Takes over a stream of gzip.
     *
     * @throws IOException if it does not begin as gzip does
     */
    static Inflation of(InputStream gzip) throws IOException {
        return new Inflation(new Packed(gzip));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        inflated += Math.max(0, count);
        // The last packed bytes may have been read ahead: that only ever allows more.
        if (inflated > ALLOWANCE + MOST_TIMES * packed.count) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "it inflates to more than %,d bytes after %,d packed ones; if that is right, unpack it first",
                    ALLOWANCE + MOST_TIMES * packed.count,
                    packed.count));
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return count > 0 && read() >= 0 ? 1 : 0; // never past the limit unseen
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Counts what was read of the packed bytes. */
    private static final class Packed extends FilterInputStream {
        private long count;

        Packed(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
