package io.behavioranalytics.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The command line, taken apart: options with their values, and the input file. */
final class Arguments {
    private final Map<Option, List<String>> values = new EnumMap<>(Option.class);
    private @Nullable Path input;

    private Arguments() {}

    /**
     * Takes a command line apart.
     *
     * @throws UsageException if there is an unknown option, one without its value, one given twice, or a second file
     */
    static Arguments parse(String... args) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (arg.startsWith("@")) {
                arguments.addAll(path(arg.substring(1)));
            } else if (!arg.startsWith("--")) {
                arguments.setInput(path(arg));
            } else {
                Option option = option(arg);
                if (option.argument().isEmpty()) {
                    arguments.add(option, "");
                } else if (++i < args.length) {
                    arguments.add(option, args[i]);
                } else {
                    throw new UsageException(arg + " needs a value: " + option.argument());
                }
            }
        }
        return arguments;
    }

    @Nullable
    Path input() {
        return input;
    }

    boolean has(Option option) {
        return values.containsKey(option);
    }

    Optional<String> first(Option option) {
        return all(option).stream().findFirst();
    }

    List<String> all(Option option) {
        return values.getOrDefault(option, List.of());
    }

    Optional<Path> file(Option option) {
        return first(option).map(Arguments::path);
    }

    /** The elements of a list between commas, or empty if the option is not given. */
    Optional<List<String>> list(Option option) {
        return first(option).map(text -> List.of(text.split(",", -1)));
    }

    /** A whole number of 0 to a maximum. */
    long number(Option option, long otherwise, long most) {
        String text = first(option).orElse(Long.toString(otherwise));
        if (text.matches("[0-9]{1,18}") && Long.parseLong(text) <= most) {
            return Long.parseLong(text);
        }
        throw new UsageException(option.flag() + " takes a whole number, not " + UnreadableException.quote(text));
    }

    /** A span of time that is not negative, such as {@code PT30M} or {@code P7D}. */
    Duration duration(Option option, String otherwise) {
        String text = first(option).orElse(otherwise);
        try {
            Duration span = Duration.parse(text);
            if (!span.isNegative()) {
                return span;
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        throw new UsageException(
                option.flag() + " takes a span such as PT30M or P7D, not " + UnreadableException.quote(text));
    }

    /** The zone of local times and of the printed tables. */
    ZoneId zone() {
        String name = first(Option.ZONE).orElse("UTC");
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new UsageException(
                    "--zone takes a name such as Europe/Berlin, not " + UnreadableException.quote(name));
        }
    }

    /** One option a line, its value after the first blank; paths are relative to the file; # begins a remark. */
    private void addAll(Path file) {
        try {
            for (String line : Files.readAllLines(file)) {
                String stripped = line.strip();
                if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                    String[] parts = stripped.split("\\s+", 2);
                    Option option = option(parts[0]);
                    String value = parts.length == 1 ? "" : parts[1];
                    add(
                            option,
                            option.namesFile()
                                    ? file.resolveSibling(path(value)).toString()
                                    : value);
                }
            }
        } catch (IOException e) {
            throw new UsageException("cannot read the options in " + file + ": " + e);
        }
    }

    private void setInput(Path file) {
        if (input != null) {
            throw new UsageException("one input file is read at a time: " + input + ", " + file);
        }
        input = file;
    }

    private void add(Option option, String value) {
        if (has(option) && !option.mayBeRepeated()) {
            throw new UsageException(option.flag() + " is given twice");
        }
        values.computeIfAbsent(option, any -> new ArrayList<>()).add(value);
    }

    private static Option option(String flag) {
        return Option.parse(flag)
                .orElseThrow(() -> new UsageException(
                        "unknown option " + UnreadableException.quote(flag) + "; --help lists them"));
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException("not a file name: " + UnreadableException.quote(name));
        }
    }
}
