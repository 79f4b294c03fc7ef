package io.behavioranalytics.examples.quickstart;

import java.util.Locale;
import java.util.Optional;

/** What the command line may say; the help is printed from here. */
enum Option {
    FORMAT(
            "auto|csv|whitespace|json",
            "how the file is written; auto looks at its first line; json is one object a line"),
    SEPARATOR("CHARACTER", "between the fields of CSV: comma, semicolon, tab; found out by default"),
    COLUMNS("A,B,C", "the names of the columns of a file without a header line"),

    LEAD("COLUMN", "the lead's id (leadId)"),
    SESSION("COLUMN", "the session's id (sessionId)"),
    USER("COLUMN", "the user's id (userId)"),
    TYPE("COLUMN", "the event's type (eventType)"),
    TIME("COLUMN", "when it happened (timestamp)"),
    VALUE("COLUMN", "its numeric value (value)"),
    SOURCE("COLUMN", "where it came from (source)"),
    ID("COLUMN", "its UUID (id); without one it is made of the line; none for no such column, as above"),
    PROPERTIES(
            "A,B=C,…",
            "columns kept as properties; B=C renames; page., context. and metadata. lead elsewhere;"
                    + " by default all other columns; none for none"),

    EVENT("TYPE", "the type of every event, for a file without such a column"),
    MAP("A=B,C=D", "replaces the file's names of types by the library's; the first name is kept as metadata.type"),
    OWN_TYPE("NAME:CATEGORY:POINTS", "declares a type of one's own; may be repeated"),
    OWN_TYPES("auto", "declares every unknown type as one's own: engagement, 1 point"),

    TIME_FORMAT("FORMAT", "iso (default), seconds, millis or a pattern such as 'yyyy-MM-dd HH:mm:ss'"),
    ZONE("ZONE", "the zone of times without an offset, and of the tables (UTC)"),
    ON_ERROR("skip|fail", "what an unreadable line does (skip)"),
    MOST_ERRORS(
            "N", "tells so many unreadable lines at most, with number and reason, to standard error; all by default"),
    LIMIT("N", "reads so many records at most"),

    DEFINITIONS("FOLDER", "a folder of segments and triggers, a JSON file each, instead of the insurance example's"),
    STORE(
            "ADDRESS",
            "keeps everything in a database, jdbc:h2:file:… or jdbc:postgresql:…, and goes on with what is there;"
                    + " in memory by default"),
    AFTER("DURATION", "how long the clock runs on after the last event (P1D)"),

    GENERATE("LEADS", "writes journeys of so many leads instead of reading a file"),
    SEED("NUMBER", "the seed of --generate (1)"),
    OUT("FILE", "where --generate writes; a name that ends in .gz is compressed"),
    HELP("", "prints this");

    private static final String INTRODUCTION = """
            Reads a clickstream, replays it, and prints what came of it.

            Arguments: [OPTIONS] [FILE]
            Without a FILE it takes the bundled sample. @NAME reads options from a file, one a line.

            """;

    private final String argument;
    private final String help;

    Option(String argument, String help) {
        this.argument = argument;
        this.help = help;
    }

    /** The name as typed, such as {@code --time-format}. */
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What stands after it; empty if nothing does. */
    String argument() {
        return argument;
    }

    boolean namesFile() {
        return argument.equals("FILE") || argument.equals("FOLDER");
    }

    boolean mayBeRepeated() {
        return this == MAP || this == OWN_TYPE;
    }

    static Optional<Option> parse(String flag) {
        for (Option option : values()) {
            if (option.flag().equals(flag)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    /** The text of {@code --help}. */
    static String help() {
        StringBuilder help = new StringBuilder(INTRODUCTION);
        for (Option option : values()) {
            help.append("  %-38s %s%n".formatted(option.flag() + " " + option.argument, option.help));
        }
        return help.toString();
    }
}
