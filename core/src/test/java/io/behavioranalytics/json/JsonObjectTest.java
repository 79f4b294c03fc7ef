package io.behavioranalytics.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
    private final List<Violation> violations = new ArrayList<>();

    private JsonObject read(String document) {
        return JsonObject.of(Json.parseObject(document, JsonLimits.DEFINITION), "", violations);
    }

    private static @Nullable String kind(JsonObject object) {
        return object.optionalChoice("kind", text -> Optional.of(text).filter("fast"::equals), "fast");
    }

    @Test
    void fields_are_read_by_their_kind() {
        JsonObject object = read("{\"name\":\"n\",\"count\":3,\"share\":0.5,\"on\":true,\"tags\":[\"a\",\"b\"],"
                + "\"inner\":{\"x\":1},\"many\":[{\"y\":1},{\"y\":2}],\"at\":\"2026-01-01T00:00:00Z\",\"span\":\"P7D\","
                + "\"weeks\":\"P2W\",\"kind\":\"fast\",\"nothing\":null}");

        assertThat(object.text("name")).isEqualTo("n");
        assertThat(object.integer("count", 0, 5)).isEqualTo(3);
        assertThat(object.optionalDecimal("share")).isEqualTo(new BigDecimal("0.5"));
        assertThat(object.bool("on", false)).isTrue();
        assertThat(object.texts("tags")).containsExactly("a", "b");
        assertThat(object.object("inner").integer("x", 0, 1)).isEqualTo(1);
        assertThat(object.objects("many"))
                .extracting(each -> each.integer("y", 0, 9))
                .containsExactly(1L, 2L);
        assertThat(object.instant("at")).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(object.optionalDuration("span", Duration.ZERO, Duration.ofDays(9)))
                .isEqualTo(Duration.ofDays(7));
        assertThat(object.optionalDuration("weeks", Duration.ZERO, Duration.ofDays(99)))
                .isEqualTo(Duration.ofDays(14));
        assertThat(kind(object)).isEqualTo("fast");
        assertThat(object.optionalText("nothing")).isNull();
        assertThat(object.integer("missing", 0, 9, 7)).isEqualTo(7);
        object.refuseUnknown();
        assertThat(violations).isEmpty();
    }

    @Test
    void every_fault_is_noted_with_its_path_and_reading_goes_on() {
        JsonObject object = read("{\"name\":\"  \",\"count\":6,\"whole\":1.5,\"on\":1,\"tags\":[\"a\",2,\"\"],"
                + "\"inner\":[],\"many\":[{\"y\":true},3],\"at\":\"yesterday\",\"span\":\"P1Y\",\"long\":\"P10D\","
                + "\"kind\":\"slow\",\"huge\":99999999999999999999,\"colour\":1}");

        assertThat(object.text("name")).isEmpty();
        assertThat(object.text("absent")).isEmpty();
        assertThat(object.integer("count", 0, 5)).isZero();
        assertThat(object.optionalInteger("whole", 0, 5)).isNull();
        assertThat(object.bool("on", true)).isTrue();
        assertThat(object.texts("tags")).containsExactly("a");
        assertThat(object.object("inner").text("whatever")).isEmpty();
        object.objects("many").forEach(each -> each.integer("y", 0, 9));
        assertThat(object.instant("at")).isEqualTo(Instant.EPOCH);
        assertThat(object.optionalDuration("span", Duration.ZERO, Duration.ofDays(9)))
                .isNull();
        assertThat(object.optionalDuration("long", Duration.ZERO, Duration.ofDays(9)))
                .isNull();
        assertThat(kind(object)).isNull();
        assertThat(object.integer("huge", 1, 5)).isEqualTo(1);
        object.refuseUnknown();

        assertThat(violations)
                .extracting(each -> each.path() + " " + each.code())
                .containsExactly(
                        "name REQUIRED",
                        "absent REQUIRED",
                        "count RANGE",
                        "whole TYPE",
                        "on TYPE",
                        "tags[1] TYPE",
                        "tags[2] REQUIRED",
                        "inner TYPE",
                        "many[1] TYPE",
                        "many[0].y TYPE",
                        "at TIME",
                        "span TIME",
                        "long RANGE",
                        "kind UNKNOWN",
                        "huge RANGE",
                        "colour UNKNOWN_FIELD");
        assertThat(new InvalidDefinitionException(violations).getMessage())
                .startsWith("definition refused: name: must not be blank [REQUIRED]; absent: ")
                .endsWith("; and 6 more");
    }
}
