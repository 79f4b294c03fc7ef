package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles every block of Java in the README and the docs, reads every block of JSON, and follows every link. */
class DocsTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> PACKAGES = List.of(
            "",
            "action.",
            "condition.",
            "decision.",
            "event.",
            "json.",
            "profile.",
            "segment.",
            "store.",
            "testkit.",
            "trigger.");

    @TempDir
    Path classes;

    record Block(Path page, int line, String language, String code) {
        @Override
        public String toString() {
            return page.getFileName() + ":" + line + " (" + language + ")";
        }
    }

    @ParameterizedTest
    @MethodSource("javaBlocks")
    void every_block_of_java_compiles(Block block) throws IOException {
        assertThat(errorsOf(block)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("jsonBlocks")
    void every_block_of_json_reads(Block block) {
        assertThat(Json.parse(block.code(), JsonLimits.DEFINITION)).isNotNull();
    }

    @Test
    void the_readme_keeps_to_120_lines_and_its_quickstart_to_15() throws IOException {
        Path readme = ROOT.resolve("README.md");
        assertThat(Files.readAllLines(readme)).hasSizeLessThanOrEqualTo(120);
        assertThat(blocks("java").filter(block -> block.page().equals(readme)).findFirst())
                .hasValueSatisfying(block -> assertThat(block.code().lines().filter(line -> !line.isBlank()))
                        .hasSizeLessThanOrEqualTo(15));
    }

    @Test
    void every_relative_link_leads_to_a_file() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            var links = java.util.regex.Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)")
                    .matcher(Files.readString(page));
            while (links.find()) {
                Path target = Objects.requireNonNull(page.getParent()).resolve(links.group(1));
                if (!Files.exists(target)) {
                    dead.add(page + " -> " + links.group(1));
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    static Stream<Block> javaBlocks() throws IOException {
        return blocks("java");
    }

    static Stream<Block> jsonBlocks() throws IOException {
        return blocks("json");
    }

    private static Stream<Block> blocks(String language) throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            List<String> lines = Files.readAllLines(page);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().equals("```" + language)) {
                    int start = i + 1;
                    StringBuilder code = new StringBuilder();
                    while (!lines.get(++i).strip().equals("```")) {
                        code.append(lines.get(i)).append('\n');
                    }
                    blocks.add(new Block(page, start, language, code.toString()));
                }
            }
        }
        return blocks.stream();
    }

    private static List<Path> pages() throws IOException {
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

    private List<String> errorsOf(Block block) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests need a JDK");
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
            List<String> options = List.of(
                    "-d", classes.toString(), "-proc:none", "-classpath", System.getProperty("java.class.path"));
            compiler.getTask(null, files, diagnostics, options, null, List.of(source(block.code())))
                    .call();
        }
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(null))
                .toList();
    }

    /** A block with a class of its own stands as it is; any other becomes the body of a method. */
    private static JavaFileObject source(String code) {
        StringBuilder source = new StringBuilder(
                        "package snippet;\nimport java.nio.file.*;\nimport java.time.*;\nimport java.util.*;\n")
                .append("import java.util.concurrent.*;\n")
                .append("import static org.assertj.core.api.Assertions.assertThat;\n");
        for (String name : PACKAGES) {
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
