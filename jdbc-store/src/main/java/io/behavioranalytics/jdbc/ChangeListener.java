package io.behavioranalytics.jdbc;

/** Hears of new definitions from PostgreSQL. */
final class ChangeListener {
    private ChangeListener() {}

    /** The channel of a schema. */
    static String channel(String schema) {
        return "behavior_definitions_" + schema.replaceAll("[^a-z0-9_]", "");
    }
}
