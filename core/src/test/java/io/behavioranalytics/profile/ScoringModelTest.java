package io.behavioranalytics.profile;

import static io.behavioranalytics.profile.TestEvents.HOUR;
import static io.behavioranalytics.profile.TestEvents.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringModelTest {
    private final TestEvents events = new TestEvents();

    @Test
    void the_defaults_are_those_of_the_documents() {
        ScoringModel model = ScoringModel.defaults();
        for (Score score : Score.values()) {
            assertThat(model.halfLife(score)).isEqualTo(Duration.ofDays(14));
            assertThat(model.scale(score)).isEqualTo(50);
        }
        assertThat(model.sessionTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(model.points(Score.ENGAGEMENT, EventType.QUOTE_REQUEST)).isEqualTo(8);
        assertThat(model.points(Score.ENGAGEMENT, EventType.of("agent_chat"))).isZero();
        assertThat(model.points(Score.INTEREST, EventType.of("agent_chat"))).isZero();
        assertThat(model.points(Score.INTENT, EventType.PHONE_CALL)).isEqualTo(8);
    }

    @Test
    void every_setting_is_used() {
        EventType chat = EventType.of("agent_chat");
        ScoringModel model = ScoringModel.builder()
                .halfLife(Score.ENGAGEMENT, Duration.ofHours(1))
                .scale(Score.ENGAGEMENT, 10)
                .sessionTimeout(Duration.ofMinutes(5))
                .engagementPoints(Map.of(chat, 6))
                .otherEngagementPoints(4)
                .interestPoints(Map.of(chat, 7))
                .intentPoints(Map.of(chat, 9))
                .highValuePages(List.of("/vip"))
                .highValuePagePoints(11)
                .returnVisitPoints(13)
                .burstPoints(17)
                .fastIntentPoints(19)
                .build();
        ProfileFold fold = new ProfileFold(model);
        fold.apply(events.at(START, chat));
        assertThat(fold.points(Score.ENGAGEMENT, START + HOUR)).isEqualTo(3);
        assertThat(fold.score(Score.ENGAGEMENT, START + HOUR)).isEqualTo(-100 * StrictMath.expm1(-0.3));
        assertThat(fold.points(Score.INTEREST, START)).isEqualTo(7);
        assertThat(fold.points(Score.INTENT, START)).isEqualTo(9 + 19);
        fold.apply(events.view(START, "/vip/lounge"));
        assertThat(fold.points(Score.ENGAGEMENT, START)).isEqualTo(6 + 4);
        assertThat(fold.points(Score.INTEREST, START)).isEqualTo(7 + 11);
        for (int i = 0; i < 8; i++) {
            fold.apply(events.inSession(START, EventType.PAGE_VIEW, "other"));
        }
        assertThat(fold.points(Score.INTEREST, START)).isEqualTo(7 + 11 + 13);
        assertThat(fold.points(Score.INTENT, START)).isEqualTo(9 + 19 + 17);
        assertThat(fold.visits()).isEqualTo(2);
    }

    @Test
    void equal_settings_make_equal_models_and_any_other_setting_another_fingerprint() {
        assertThat(ScoringModel.builder().build())
                .isEqualTo(ScoringModel.defaults())
                .hasSameHashCodeAs(ScoringModel.defaults());
        changes().forEach(change -> {
            ScoringModel.Builder builder = ScoringModel.builder();
            change.accept(builder);
            assertThat(builder.build()).isEqualTo(builder.build()).isNotEqualTo(ScoringModel.defaults());
            assertThat(builder.build().fingerprint())
                    .isNotEqualTo(ScoringModel.defaults().fingerprint());
        });
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_setting_cannot_be_set_twice(Consumer<ScoringModel.Builder> change) {
        ScoringModel.Builder builder = ScoringModel.builder();
        change.accept(builder);
        assertThatThrownBy(() -> change.accept(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" was set before");
    }

    static Stream<Consumer<ScoringModel.Builder>> changes() {
        EventType type = EventType.DOWNLOAD;
        return Stream.of(
                builder -> builder.halfLife(Score.INTENT, Duration.ofDays(3)),
                builder -> builder.scale(Score.INTEREST, 60),
                builder -> builder.sessionTimeout(Duration.ofMinutes(31)),
                builder -> builder.engagementPoints(Map.of(type, 5)),
                builder -> builder.otherEngagementPoints(2),
                builder -> builder.interestPoints(Map.of(type, 5)),
                builder -> builder.intentPoints(Map.of(type, 5)),
                builder -> builder.highValuePages(List.of("offers")),
                builder -> builder.highValuePagePoints(4),
                builder -> builder.returnVisitPoints(4),
                builder -> builder.burstPoints(4),
                builder -> builder.fastIntentPoints(4));
    }

    @Test
    void a_setting_out_of_range_is_refused_by_name() {
        refused(builder -> builder.halfLife(Score.INTENT, Duration.ZERO), "halfLife must be PT1S to PT87600H: PT0S");
        refused(builder -> builder.halfLife(Score.INTENT, Duration.ofDays(3_651)), "halfLife must be");
        refused(builder -> builder.scale(Score.INTENT, 0), "scale must be 0.001 to 1000000000: 0.0");
        refused(builder -> builder.scale(Score.INTENT, Double.NaN), "scale must be");
        refused(builder -> builder.sessionTimeout(Duration.ofDays(8)), "sessionTimeout must be PT1S to PT168H: PT192H");
        refused(
                builder -> builder.intentPoints(Map.of(EventType.DOWNLOAD, -1)),
                "intentPoints of download must be 0 to 1000000: -1");
        refused(builder -> builder.burstPoints(1_000_001), "burstPoints must be 0 to 1000000: 1000001");
        refused(builder -> builder.highValuePages(List.of("a b")), "a high-value page must be a word");
    }

    private static void refused(Consumer<ScoringModel.Builder> change, String message) {
        assertThatThrownBy(() -> change.accept(ScoringModel.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    // High-value pages

    @ParameterizedTest
    @CsvSource({
        "/pricing, true",
        "pricing, true",
        "/PRICING/, true",
        "/en/pricing.html, true",
        "/auto-pricing/2026, true",
        "https://example.com/pricing?x=1, true",
        "https://example.com:8443/a/pricing#top, true",
        "//example.com/pricing, true",
        "/a//pricing, true",
        "/repricing, false",
        "/pricings, false",
        "/pricing2, false",
        "https://pricing.example.com/, false",
        "https://pricing, false",
        "//pricing, false",
        "/?to=/pricing, false",
        "/#/pricing, false",
        "#/pricing, false",
        "/docs/api, true",
        "/docs/api/v2, true",
        "/DOCS/api?x, true",
        "https://example.com/docs/api, true",
        "/docs/apis, false",
        "/en/docs/api, false",
        "docs/api, false",
        "/how-it-works, true",
        "/how-it-works-not, true",
        "/somehow-it-works, false",
        "'', false",
    })
    void a_page_is_of_high_value_by_word_or_by_path(String url, boolean expected) {
        assertThat(new HighValuePages(List.of("pricing", "/docs/api", "how-it-works")).matches(url))
                .isEqualTo(expected);
    }

    @Test
    void the_url_stands_in_the_page_or_else_in_the_properties() {
        assertThat(interest(Map.of("url", "/pricing"), Map.of("url", "/"))).isEqualTo(3);
        assertThat(interest(Map.of("url", "/"), Map.of("url", "/pricing"))).isZero();
        assertThat(interest(Map.of("title", "x"), Map.of("url", "/pricing"))).isEqualTo(3);
        assertThat(interest(Map.of("url", 7L), Map.of("url", "/pricing"))).isEqualTo(3);
        assertThat(interest(Map.of(), Map.of("url", true))).isZero();
    }

    private double interest(Map<String, Object> page, Map<String, Object> properties) {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        fold.apply(
                events.event(START, EventType.PAGE_VIEW, null, Category.ENGAGEMENT, page, properties, "web", Map.of()));
        return fold.points(Score.INTEREST, START);
    }

    @Test
    void only_views_of_pages_count() {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        fold.apply(events.event(
                START,
                EventType.SCROLL_DEPTH,
                null,
                Category.ENGAGEMENT,
                Map.of("url", "/pricing"),
                Map.of(),
                "web",
                Map.of()));
        assertThat(fold.points(Score.INTEREST, START)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a?b", "#a", "a/b", "-a", "a-", "//a", "/a//b", "/a b"})
    void a_malformed_page_pattern_is_refused(String pattern) {
        assertThatThrownBy(() -> new HighValuePages(List.of(pattern)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a high-value page must be a word such as pricing or a path such as");
    }
}
