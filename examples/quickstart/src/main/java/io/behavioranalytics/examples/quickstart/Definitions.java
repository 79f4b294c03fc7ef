package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.DuplicateKeyException;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads segments or triggers: a JSON list of them, from a file or, without one, from beside this class. */
final class Definitions {
    private Definitions() {}

    /**
     * Hands on each definition of the list, as JSON.
     *
     * @param create takes it; its {@link InvalidDefinitionException} tells what is wrong with it
     * @throws UsageException if the list cannot be read, or a definition is refused
     */
    static void each(Optional<Path> file, String bundled, Consumer<String> create) {
        String name = file.map(Path::toString).orElse(bundled);
        try {
            Object list = Json.parse(
                    file.isPresent() ? Files.readString(file.get()) : bundled(bundled), JsonLimits.DEFINITION);
            if (!(list instanceof List<?> definitions)) {
                throw new UsageException(name + " is not a JSON list");
            }
            definitions.forEach(definition -> create.accept(Json.write(definition)));
        } catch (IOException | JsonException | InvalidDefinitionException | DuplicateKeyException e) {
            throw new UsageException("cannot use the definitions in " + name + ": " + e.getMessage());
        }
    }

    private static String bundled(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Definitions.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
