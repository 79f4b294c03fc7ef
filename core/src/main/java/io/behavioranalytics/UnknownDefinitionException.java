package io.behavioranalytics;

import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.store.DefinitionRecord;

/** There is no definition of that key or id, or none of that version. */
public final class UnknownDefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was looked for. */
    private final DefinitionRecord.Kind kind;
    /** The reference that leads nowhere. */
    private final String keyOrId;

    UnknownDefinitionException(DefinitionRecord.Kind kind, String keyOrId) {
        super("there is no " + kind.json() + " with the key or id '" + SafeText.escape(keyOrId, 64) + "'");
        this.kind = kind;
        this.keyOrId = keyOrId;
    }

    UnknownDefinitionException(DefinitionRecord.Kind kind, String keyOrId, long version) {
        super("there is no version " + version + " of " + kind.json() + " '" + SafeText.escape(keyOrId, 64) + "'");
        this.kind = kind;
        this.keyOrId = keyOrId;
    }

    /**
     * What was looked for.
     *
     * @return the kind of definition
     */
    public DefinitionRecord.Kind kind() {
        return kind;
    }

    /**
     * By what it was looked for.
     *
     * @return the key or id as the caller gave it
     */
    public String keyOrId() {
        return keyOrId;
    }
}
