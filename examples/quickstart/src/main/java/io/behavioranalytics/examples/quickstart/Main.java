package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.BehaviorAnalytics;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a clickstream, replays it through the library, and prints what came of it. */
public final class Main {
    private static final String SAMPLE = "journeys.jsonl";

    private Main() {}

    /**
     * Runs the example; {@code --help} lists what it understands.
     *
     * @param args see {@code --help}; without any it takes the bundled sample
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        int code = run(out, err, isTerminal(), args);
        if (code != 0) {
            System.exit(code);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 say yes too often; that only changes how progress looks
    private static boolean isTerminal() {
        return System.console() != null;
    }

    /** Runs, and tells the process's exit code: 0, or 2 if the command line or the input is not to be used. */
    static int run(PrintStream out, PrintStream err, boolean terminal, String... args) {
        try {
            Arguments arguments = Arguments.parse(args);
            if (arguments.has(Option.HELP)) {
                out.print(Option.help());
            } else if (arguments.has(Option.GENERATE)) {
                generate(arguments, out);
            } else {
                replay(arguments, out, err, terminal);
            }
            return 0;
        } catch (UsageException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private static void replay(Arguments arguments, PrintStream out, PrintStream err, boolean terminal) {
        ClickstreamReader reader = new ClickstreamReader(arguments, err);
        Player player = new Player(
                arguments.file(Option.DEFINITIONS),
                arguments.duration(Option.AFTER, "P1D"),
                arguments.first(Option.STORE));
        Clickstream clicks = read(reader, arguments.input());
        if (clicks.events().isEmpty()) {
            out.println("There is no event in " + clicks.source());
            clicks.unreadable().print(out);
            return;
        }
        Played played =
                player.play(clicks, new Progress(err, terminal, clicks.events().size()));
        try (BehaviorAnalytics analytics = played.analytics()) {
            out.println("Replayed " + clicks.source() + " with "
                    + analytics.segments().list().size() + " segments and "
                    + analytics.triggers().list().size() + " triggers");
            new Report(played, arguments.zone(), out).print();
        }
    }

    private static Clickstream read(ClickstreamReader reader, @Nullable Path file) {
        String name = file == null ? SAMPLE : String.valueOf(file.getFileName());
        try (InputStream in = file == null
                ? Objects.requireNonNull(Main.class.getResourceAsStream(SAMPLE))
                : Files.newInputStream(file)) {
            return reader.read(name, in);
        } catch (NoSuchFileException e) {
            throw new UsageException("there is no file " + file);
        } catch (IOException e) {
            throw new UsageException("cannot read " + name + ": " + e.getMessage());
        }
    }

    private static void generate(Arguments arguments, PrintStream out) {
        Path file = arguments.file(Option.OUT).orElseThrow(() -> new UsageException("--generate needs --out FILE"));
        int visitors = Math.toIntExact(arguments.number(Option.GENERATE, 1, 10_000_000));
        long seed = arguments.number(Option.SEED, JourneyGenerator.SAMPLE_SEED, Long.MAX_VALUE);
        try {
            out.println(
                    JourneyGenerator.write(visitors, seed, file) + " events of " + visitors + " visitors in " + file);
        } catch (IOException e) {
            throw new UsageException("cannot write " + file + ": " + e.getMessage());
        }
    }
}
