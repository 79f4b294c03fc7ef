package io.behavioranalytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCatalogTest {
    @Test
    void it_has_the_20_types_with_their_categories_and_points() {
        assertThat(EventCatalog.builtIn().definitions())
                .extracting(each -> each.type() + " " + each.category().json() + " " + each.points())
                .containsExactlyInAnyOrder(
                        "page_view engagement 1",
                        "time_on_page engagement 1",
                        "scroll_depth engagement 1",
                        "click_outbound engagement 1",
                        "form_start intent 3",
                        "form_submit intent 5",
                        "form_abandon intent 3",
                        "filter_usage intent 3",
                        "email_open communication 2",
                        "email_click communication 3",
                        "video_play content 2",
                        "download content 3",
                        "social_share content 3",
                        "search_query intent 2",
                        "quote_request intent 8",
                        "application_start conversion 12",
                        "application_complete conversion 15",
                        "phone_call communication 6",
                        "text_interaction communication 4",
                        "email_reply communication 4");
        assertThat(EventCatalog.builtIn().definitions())
                .extracting(EventDefinition::type)
                .containsExactlyElementsOf(EventType.BUILT_IN);
    }

    @Test
    void known_names_are_constants() {
        assertThat(EventType.of("page_view")).isSameAs(EventType.PAGE_VIEW);
        assertThat(EventType.of("identify")).isSameAs(EventType.IDENTIFY);
        assertThat(EventType.of("my_own")).isEqualTo(new EventType("my_own"));
    }

    @Test
    void names_of_types_are_strict() {
        for (String good : List.of("a", "a1_", "z".repeat(64))) {
            assertThat(EventType.isName(good)).as(good).isTrue();
        }
        for (String bad : List.of("", "A", "1a", "_a", "a-b", "aé", "ı", "a b", "a\n", "z".repeat(65))) {
            assertThat(EventType.isName(bad)).as(bad).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> EventType.of(bad));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"identify", "unlink", "segment_entered", "inactivity", "system_reset", "page_view", "Own", ""})
    void reserved_known_and_malformed_names_cannot_be_declared(String name) {
        EventCatalog.Builder builder = EventCatalog.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.declare(name, Category.INTENT, 1));
        assertThat(builder.build().definitions()).hasSize(20);
    }

    @Test
    void a_declaration_is_checked() {
        EventCatalog.Builder builder = EventCatalog.builder().declare("own", Category.INTENT, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.declare("own", Category.INTENT, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.declare("other", Category.SYSTEM, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.declare("other", Category.INTENT, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.declare("other", Category.INTENT, 1_001));
        EventCatalog catalog = builder.build();
        assertThat(catalog.accepts(EventType.of("own"))).isTrue();
        assertThat(catalog.pointsOf(EventType.of("own"))).isEqualTo(2);
        assertThat(catalog.categoryOf(EventType.of("own"))).isEqualTo(Category.INTENT);
        assertThat(catalog.accepts(EventType.of("other"))).isFalse();
        assertThat(EventCatalog.builder().open().build().accepts(EventType.of("other")))
                .isTrue();
        assertThat(EventCatalog.builder().open().build().accepts(EventType.IDENTIFY))
                .isFalse();
    }
}
