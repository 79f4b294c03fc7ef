package io.behavioranalytics;

import io.behavioranalytics.store.DefinitionRecord;

/** Another definition of the same kind has this key already. */
public final class DuplicateKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is defined. */
    private final DefinitionRecord.Kind kind;
    /** The key that is taken. */
    private final String key;

    DuplicateKeyException(DefinitionRecord.Kind kind, String key) {
        super("another " + kind.json() + " has the key '" + key + "': choose another name, or give a key");
        this.kind = kind;
        this.key = key;
    }

    /**
     * What was to be saved.
     *
     * @return the kind of definition
     */
    public DefinitionRecord.Kind kind() {
        return kind;
    }

    /**
     * The key that is taken.
     *
     * @return the key
     */
    public String key() {
        return key;
    }
}
