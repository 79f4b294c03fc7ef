package io.behavioranalytics.jdbc.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A disk for H2 files on which only so many more writes succeed: H2 reaches it by the scheme {@code bounded:} in front of a path.
 * What H2 asks of one file asks this process's only such disk, so a test that uses it uses it alone.
 */
public final class BoundedDisk extends FilePathWrapper {
    private static final String SCHEME = "bounded";
    private static final long UNBOUNDED = Long.MAX_VALUE;
    private static final AtomicLong LEFT = new AtomicLong(UNBOUNDED);

    /** Makes the scheme known to H2. */
    static void register() {
        FilePath.register(new BoundedDisk());
    }

    /** The address of an H2 database on this disk. */
    static String url(Path file) {
        return "jdbc:h2:" + SCHEME + ":" + file.toAbsolutePath();
    }

    /** Lets so many more writes succeed. */
    static void fullAfter(long writes) {
        LEFT.set(writes);
    }

    /** Says whether the next write fails. */
    static boolean isFull() {
        return LEFT.get() == 0;
    }

    /** Makes room for everything. */
    static void free() {
        LEFT.set(UNBOUNDED);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new BoundedFile(super.open(mode));
    }

    /** Takes what one write needs; fails as a full disk does if there is no room for it. */
    private static void take() throws IOException {
        long left = LEFT.getAndUpdate(writes -> writes == UNBOUNDED ? writes : Math.max(0, writes - 1));
        if (left == 0) {
            throw new IOException("No space left on device");
        }
    }

    private static final class BoundedFile extends FileBaseDefault {
        private final FileChannel file;

        BoundedFile(FileChannel file) {
            this.file = file;
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            take();
            return file.write(from, position);
        }

        @Override
        public synchronized int read(ByteBuffer to, long position) throws IOException {
            return file.read(to, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
