package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Holds docs/GUARANTEES.md against the tests: what it cites has to be there. What a test proves is for its reader to judge. */
class GuaranteesTest {
    /** Such as {@code proof.LateEventTest} or {@code proof.LateEventTest#a_name}; alone, {@code #a_name} is of the class before it. */
    private static final Pattern CITATION = Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w*(?:Test|Contract))?(#\\w+)?`");

    @Test
    void the_guarantees_are_numbered_without_a_gap() throws IOException {
        List<String> numbers = new ArrayList<>(guarantees().keySet());
        assertThat(numbers).isNotEmpty();
        assertThat(numbers)
                .isEqualTo(IntStream.rangeClosed(1, numbers.size())
                        .mapToObj(number -> "G" + number)
                        .toList());
    }

    @Test
    void every_guarantee_cites_a_test_and_every_test_cited_exists() throws IOException {
        List<String> faults = new ArrayList<>();
        guarantees().forEach((number, text) -> {
            Matcher cited = CITATION.matcher(text);
            String type = "";
            int found = 0;
            while (cited.find()) {
                type = cited.group(1) == null ? type : cited.group(1);
                String method = cited.group(2) == null ? "" : cited.group(2).substring(1);
                if (!exists(type, method)) {
                    faults.add(number + " cites " + cited.group());
                }
                found++;
            }
            if (found == 0) {
                faults.add(number + " cites nothing");
            }
        });
        assertThat(faults).isEmpty();
    }

    /** Each guarantee's number with its text. */
    private static Map<String, String> guarantees() throws IOException {
        Map<String, String> guarantees = new LinkedHashMap<>();
        String page = Files.readString(Path.of("..", "docs", "GUARANTEES.md"));
        for (String item : page.split("\n(?=- \\*\\*G|## )", -1)) {
            Matcher number = Pattern.compile("- \\*\\*(G\\d+)\\*\\*").matcher(item);
            if (number.lookingAt()) {
                assertThat(guarantees.put(number.group(1), item))
                        .as("%s stands twice", number.group(1))
                        .isNull();
            }
        }
        return guarantees;
    }

    private static boolean exists(String type, String method) {
        try {
            Method[] methods = Class.forName("io.behavioranalytics." + type).getDeclaredMethods();
            return Arrays.stream(methods)
                    .filter(one -> method.isEmpty() || one.getName().equals(method))
                    .anyMatch(GuaranteesTest::isTest);
        } catch (ClassNotFoundException elsewhere) {
            return existsInDatabaseTests(type, method);
        }
    }

    /** Their classes are not on this class path; their sources are beside ours. */
    private static boolean existsInDatabaseTests(String type, String method) {
        Path source = Path.of(
                "..", "jdbc-store", "src", "test", "java", "io", "behavioranalytics", type.replace('.', '/') + ".java");
        try {
            return Pattern.compile("@(Test|ParameterizedTest)\\b(\\s|@\\w+(\\([^)]*\\))?)*void "
                            + (method.isEmpty() ? "\\w+" : method) + "\\(")
                    .matcher(Files.readString(source))
                    .find();
        } catch (NoSuchFileException missing) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
