package io.behavioranalytics;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A block of code in the documentation. */
public record DocBlock(Path page, int line, String language, String code) {
    static final Path ROOT = Path.of("..");
    private static final List<String> PACKAGES = List.of(
            "",
            "action.",
            "condition.",
            "decision.",
            "event.",
            "experiment.",
            "json.",
            "profile.",
            "report.",
            "segment.",
            "statistics.",
            "store.",
            "testkit.",
            "trigger.");

    @Override
    public String toString() {
        return page.getFileName() + ":" + line + " (" + language + ")";
    }

    /** All blocks of a language in the README, the docs and the examples' pages. */
    public static Stream<DocBlock> in(String language) throws IOException {
        List<DocBlock> blocks = new ArrayList<>();
        for (Path page : pages()) {
            List<String> lines = Files.readAllLines(page);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().equals("```" + language)) {
                    int start = i + 1;
                    StringBuilder code = new StringBuilder();
                    while (!lines.get(++i).strip().equals("```")) {
                        code.append(lines.get(i)).append('\n');
                    }
                    blocks.add(new DocBlock(page, start, language, code.toString()));
                }
            }
        }
        return blocks.stream();
    }

    /** The README, the docs and the examples' pages. */
    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        for (String folder : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("target"))
                        .sorted()
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    /** Whether it shows the store in a database, which is tested beside that. */
    public boolean needsDatabase() {
        return code.contains("JdbcStore") || code.contains("JdbcTransaction");
    }

    /** What a compiler complains of. */
    public List<String> errors(Path classes, String... morePackages) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests need a JDK");
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
            List<String> options = List.of(
                    "-d", classes.toString(), "-proc:none", "-classpath", System.getProperty("java.class.path"));
            compiler.getTask(null, files, diagnostics, options, null, List.of(source(code, List.of(morePackages))))
                    .call();
        }
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(null))
                .toList();
    }

    /** A block with a class of its own stands as it is; any other becomes the body of a method. */
    private static JavaFileObject source(String code, List<String> morePackages) {
        StringBuilder source = new StringBuilder(
                        "package snippet;\nimport java.nio.file.*;\nimport java.time.*;\nimport java.util.*;\n")
                .append("import java.util.concurrent.*;\n")
                .append("import static org.assertj.core.api.Assertions.assertThat;\n");
        for (String name :
                Stream.concat(PACKAGES.stream(), morePackages.stream()).toList()) {
            source.append("import io.behavioranalytics.").append(name).append("*;\n");
        }
        String body =
                code.lines().filter(line -> !line.startsWith("import ")).reduce("", (all, line) -> all + line + "\n");
        code.lines()
                .filter(line -> line.startsWith("import "))
                .forEach(line -> source.append(line).append('\n'));
        if (body.lines().anyMatch(line -> line.matches("(public )?(final )?(class|record|interface) .*"))) {
            source.append(body);
        } else {
            source.append("class Snippet {\nBehaviorAnalytics analytics;\nvoid run() throws Exception {\n")
                    .append(body)
                    .append("\n}\n}\n");
        }
        return new SimpleJavaFileObject(URI.create("string:///snippet/Snippet.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }

            @Override
            public boolean isNameCompatible(String simpleName, Kind kind) {
                return true;
            }
        };
    }
}
