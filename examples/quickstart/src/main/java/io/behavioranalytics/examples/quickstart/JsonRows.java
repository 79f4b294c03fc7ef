package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.examples.quickstart.Lines.Line;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON object a line. */
final class JsonRows implements Rows {
    private final Lines lines;

    JsonRows(Lines lines) {
        this.lines = lines;
    }

    @Override
    public List<String> columns() {
        return List.of();
    }

    @Override
    public @Nullable Row next() throws IOException {
        Line line = lines.next();
        while (line != null && line.problem() == null && line.text().isBlank()) {
            line = lines.next();
        }
        if (line == null) {
            return null;
        }
        if (line.problem() != null) {
            return Row.unreadable(line.number(), "", line.problem());
        }
        try {
            return Row.of(line.number(), line.text(), Json.parseObject(line.text(), JsonLimits.EVENT), false);
        } catch (JsonException e) {
            return Row.unreadable(line.number(), line.text(), String.valueOf(e.getMessage()));
        }
    }
}
