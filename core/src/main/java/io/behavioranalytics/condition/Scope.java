package io.behavioranalytics.condition;

/** Where a condition stands, and so which fields it may read. */
public enum Scope {
    /** In a filter of events: fields of the event alone, so that the answer depends on nothing else. */
    EVENT("an event filter"),
    /** In a segment's criteria: fields of the profile, without {@code segments}. */
    PROFILE("a segment's profile condition"),
    /** In a trigger: fields of the causing event and of the profile after it, {@code segments} among them. */
    CAUSE("a trigger"),
    /**
     * In an experiment: fields of the profile, {@code segments} among them, and the {@code attributes} that the host gives at the moment
     * of assigning.
     */
    ASSIGNMENT("an experiment");

    private final String words;

    Scope(String words) {
        this.words = words;
    }

    /**
     * Names the place for people.
     *
     * @return words with an article, such as {@code an event filter}
     */
    String words() {
        return words;
    }
}
