package io.behavioranalytics.store;

/** An archive that cannot be restored: damaged, cut, of an unknown format, or contradicting itself. */
public final class ArchiveException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The line's number. */
    private final long line;

    /**
     * Names the line.
     *
     * @param line the line's number, 1 for the first
     * @param problem what is wrong with it, without anybody's data
     * @param cause why, or null
     */
    public ArchiveException(long line, String problem, @org.jspecify.annotations.Nullable Throwable cause) {
        super("line " + line + " of the archive " + problem, cause);
        this.line = line;
    }

    /**
     * Where the problem is.
     *
     * @return the line's number, 1 for the first
     */
    public long line() {
        return line;
    }
}
