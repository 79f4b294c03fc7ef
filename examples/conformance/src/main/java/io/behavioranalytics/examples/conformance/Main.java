package io.behavioranalytics.examples.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs every case of a folder of vector files that it knows a kind for, and tells what came of it. */
public final class Main {
    private static final String USAGE = "usage: FOLDER, which holds vector files, one JSON document each";

    private Main() {}

    /**
     * Runs the vectors; ends with 1 if a case failed or a file could not be read, with 2 if there is nothing to run.
     *
     * @param args the folder
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        int code = run(out, err, args);
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        if (args.length != 1) {
            err.println(USAGE);
            return 2;
        }
        List<Path> files;
        try {
            files = files(Path.of(args[0]));
        } catch (InvalidPathException | IOException | UncheckedIOException e) {
            err.println("cannot read the folder " + args[0] + ": " + e.getMessage());
            return 2;
        }
        if (files.isEmpty()) {
            err.println("no file " + "*" + VectorFile.ENDING + " in " + args[0]);
            return 2;
        }
        Conformance conformance = new Conformance(Kinds.all());
        Summary summary = new Summary();
        for (Path file : files) {
            summary.add(report(conformance, file));
        }
        summary.print(out);
        return summary.failed() == 0 ? 0 : 1;
    }

    private static FileReport report(Conformance conformance, Path file) {
        try {
            return conformance.run(VectorFile.read(file));
        } catch (MalformedException e) {
            return FileReport.malformed(String.valueOf(file.getFileName()), String.valueOf(e.getMessage()));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(VectorFile.ENDING) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }
}
