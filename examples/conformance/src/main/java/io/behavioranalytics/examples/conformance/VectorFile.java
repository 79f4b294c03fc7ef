package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file of vectors: an object with a list {@code cases}.
 *
 * @param name the file's name
 * @param kind its name without the ending
 * @param folder where it lies
 * @param document the whole
 * @param cases as parsed
 */
record VectorFile(String name, String kind, Path folder, Fields document, List<?> cases) {
    static final String ENDING = ".json";

    private static final int MOST_BYTES = 64 << 20;
    private static final JsonLimits LIMITS = new JsonLimits(MOST_BYTES, 64, 10_000_000, 1 << 20, 1_024, 400);

    static VectorFile read(Path file) {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new MalformedException("it is larger than " + MOST_BYTES + " bytes");
            }
            @Nullable Object document = Json.parse(Files.readAllBytes(file), LIMITS);
            Fields fields = Fields.of(document, "");
            Path folder = file.toAbsolutePath().getParent();
            return new VectorFile(
                    name,
                    name.substring(0, name.length() - ENDING.length()),
                    folder == null ? file : folder,
                    fields,
                    fields.list("cases"));
        } catch (JsonException e) {
            throw new MalformedException("not JSON: " + e.getMessage());
        } catch (IOException e) {
            throw new MalformedException("it cannot be read: " + e.getMessage());
        }
    }
}
