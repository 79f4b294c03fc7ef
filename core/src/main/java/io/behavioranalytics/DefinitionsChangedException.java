package io.behavioranalytics;

/** Somebody else changed the definitions after a folder was compared with them; nothing of the folder was applied. */
public final class DefinitionsChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DefinitionsChangedException(long expected) {
        super("the definitions are no longer those of version " + expected
                + " that the folder was compared with: nothing was applied, compare again");
    }
}
