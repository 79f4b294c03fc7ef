package io.behavioranalytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventNormalizerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final UUID MADE = UUID.fromString("018f3c5e-0000-7000-8000-000000000000");

    private final EventNormalizer normalizer =
            new EventNormalizer(EventCatalog.builtIn(), EventLimits.defaults(), Retention.unlimited());

    private static TrackRequest.Builder aPageView() {
        return TrackRequest.builder(EventType.PAGE_VIEW).leadId("lead-1");
    }

    private BehaviorEvent normalize(TrackRequest.Builder request) {
        return normalizer.normalize(request.build(), NOW, () -> MADE, false);
    }

    private List<String> faults(TrackRequest.Builder request) {
        return faults(normalizer, request.build());
    }

    private static List<String> faults(EventNormalizer normalizer, TrackRequest request) {
        return catchThrowableOfType(
                        InvalidEventException.class, () -> normalizer.normalize(request, NOW, () -> MADE, false))
                .violations()
                .stream()
                .map(each -> each.path() + " " + each.code())
                .toList();
    }

    @Test
    void what_was_left_out_gets_its_default() {
        BehaviorEvent event = normalize(aPageView());
        assertThat(event)
                .isEqualTo(new BehaviorEvent(
                        MADE,
                        null,
                        "lead-1",
                        null,
                        0,
                        EventType.PAGE_VIEW,
                        Category.ENGAGEMENT,
                        NOW,
                        "web",
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        null,
                        Map.of(),
                        false));
    }

    @Test
    void values_from_java_and_from_json_are_the_same_after_normalizing() {
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put("null", null);
        nested.put("list", Arrays.asList(1, 2L, (short) 3, (byte) 4, null, "x", true));
        BehaviorEvent java = normalize(aPageView()
                .id(MADE)
                .sessionId("session-1")
                .userId("user-1")
                .sequence(7)
                .category(Category.INTENT)
                .timestamp(NOW.minusSeconds(5).plusNanos(123_456_789))
                .source("email")
                .page("/quote", "Quote", null)
                .property("int", 5)
                .property("double", 12.34)
                .property("whole", 3.0)
                .property("float", 0.1f)
                .property("minusZero", -0.0)
                .property("decimal", new BigDecimal("1.500"))
                .property("big", new BigInteger("9223372036854775808"))
                .property("instant", NOW.plusNanos(1_999))
                .property("uuid", MADE)
                .property("array", new int[] {1, 2})
                .property("doubles", new double[] {0.5, 2})
                .property("longs", new long[] {5})
                .property("objects", new Object[] {"a", 1})
                .context("nested", nested)
                .value(99.5)
                .metadata("note", "line\nbreak\ttab"));
        BehaviorEvent json = normalizer.normalize(
                TrackRequest.fromJson(
                        "{\"id\":\"018F3C5E-0000-7000-8000-000000000000\",\"sessionId\":\"session-1\",\"leadId\":\"lead-1\","
                                + "\"userId\":\"user-1\",\"sequence\":7,\"eventType\":\"page_view\",\"category\":\"intent\","
                                + "\"timestamp\":\"2026-11-22T09:59:55.123456Z\",\"source\":\"email\","
                                + "\"page\":{\"title\":\"Quote\",\"url\":\"/quote\",\"referrer\":null},"
                                + "\"properties\":{\"int\":5.0,\"double\":12.340,\"whole\":3,\"float\":0.1,\"minusZero\":0,"
                                + "\"decimal\":1.5,\"big\":9223372036854775808,\"instant\":\"2026-11-22T10:00:00.000001Z\","
                                + "\"uuid\":\"018f3c5e-0000-7000-8000-000000000000\",\"array\":[1,2],\"doubles\":[0.5,2],"
                                + "\"longs\":[5],\"objects\":[\"a\",1]},"
                                + "\"context\":{\"nested\":{\"null\":null,\"list\":[1,2,3,4,null,\"x\",true]}},"
                                + "\"value\":99.5,\"metadata\":{\"note\":\"line\\nbreak\\ttab\"}}"),
                NOW,
                () -> MADE,
                false);

        assertThat(java).isEqualTo(json);
        assertThat(java.properties())
                .containsEntry("decimal", new BigDecimal("1.5"))
                .containsEntry("minusZero", 0L);
    }

    @Test
    void an_event_does_not_change_when_the_caller_changes_what_it_gave() {
        List<Object> list = new ArrayList<>(List.of("a"));
        Map<String, Object> map = new HashMap<>(Map.of("x", 1));
        BehaviorEvent event = normalize(aPageView().property("list", list).property("map", map));
        list.add("b");
        map.clear();
        assertThat(event.properties()).containsEntry("list", List.of("a")).containsEntry("map", Map.of("x", 1L));
    }

    @Test
    void values_of_other_kinds_are_refused_by_their_path() {
        Map<Object, Object> numbered = new HashMap<>();
        numbered.put(1, "x");
        assertThat(faults(aPageView()
                        .property("enum", Category.INTENT)
                        .property("set", Set.of(1))
                        .property("date", LocalDate.of(2026, 1, 1))
                        .property("char", 'c')
                        .property("object", new Object())
                        .property("nan", Double.NaN)
                        .property("infinity", Float.POSITIVE_INFINITY)
                        .property("numbered", numbered)
                        .property("late", Instant.MAX)
                        .property("in", List.of(Map.of("deep", Category.INTENT)))))
                .containsExactly(
                        "properties.enum TYPE",
                        "properties.set TYPE",
                        "properties.date TYPE",
                        "properties.char TYPE",
                        "properties.object TYPE",
                        "properties.nan NOT_FINITE",
                        "properties.infinity NOT_FINITE",
                        "properties.numbered.null TYPE",
                        "properties.late TIME",
                        "properties.in[0].deep TYPE");
    }

    @Test
    void numbers_from_java_have_the_limits_of_json() {
        assertThat(faults(aPageView()
                        .property("digits", new BigInteger("9".repeat(41)))
                        .property("huge", new BigDecimal("1e999999999"))
                        .property("tiny", new BigDecimal("1e-999999999"))
                        .property("million", BigInteger.TWO.pow(4_000_000))
                        .property("beyond", new BigDecimal("1e309"))
                        .property("nearly", new BigDecimal("1.8e308"))
                        .property("denormal", Double.MIN_VALUE)))
                .containsExactly(
                        "properties.digits NUMBER_RANGE",
                        "properties.huge NUMBER_RANGE",
                        "properties.tiny NUMBER_RANGE",
                        "properties.million NUMBER_RANGE",
                        "properties.beyond NUMBER_RANGE",
                        "properties.nearly NUMBER_RANGE",
                        "properties.denormal NUMBER_RANGE");
        assertThat(normalize(aPageView()
                                .property("zero", new BigDecimal("0e-999999999"))
                                .property("padded", new BigDecimal("1").setScale(60))
                                .property("max", Double.MAX_VALUE))
                        .properties())
                .containsEntry("zero", 0L)
                .containsEntry("padded", 1L)
                .containsEntry("max", new BigDecimal("1.7976931348623157E+308"));
    }

    @Test
    void text_from_java_has_the_limits_of_json() {
        assertThat(faults(TrackRequest.builder("page_view\0")
                        .leadId("a\nb")
                        .sessionId("\ud800")
                        .userId("u".repeat(129))
                        .source("\u009b2J")
                        .property("nul", "a\0b")
                        .property("lone", "\udc00")
                        .property("escape", "\u001b")
                        .property("long", "x".repeat(8_193))
                        .property("k".repeat(129), 1)
                        .property("", 1)
                        .property("tab\t", 1)
                        .property("nul\0", 1)
                        .property("half\ud800", 1)))
                .containsExactly(
                        "sessionId UNICODE",
                        "leadId CONTROL",
                        "userId SIZE",
                        "eventType NUL",
                        "source CONTROL",
                        "properties.nul NUL",
                        "properties.lone UNICODE",
                        "properties.escape CONTROL",
                        "properties.long SIZE",
                        "properties[\"" + "k".repeat(64) + "…\"] NAME",
                        "properties[\"\"] NAME",
                        "properties[\"tab\\u0009\"] CONTROL",
                        "properties[\"nul\\u0000\"] NUL",
                        "properties[\"half\\ud800\"] UNICODE");
        assertThat(normalize(aPageView().property("ok", "tab\tline\r\n\u0085\u007f"))
                        .properties())
                .containsEntry("ok", "tab\tline\r\n\u0085\u007f");
    }

    @Test
    void an_event_from_java_is_as_large_as_its_json() {
        String text = "é".repeat(4_000);
        TrackRequest.Builder four = aPageView().property("a", List.of(text, text, text, text));
        int rest = 32_768
                - "{\"leadId\":\"lead-1\",\"eventType\":\"page_view\",\"properties\":{\"a\":[,,,],\"b\":\"\"}}".length()
                - 4 * 8_002;
        normalize(four.property("b", "x".repeat(rest)));
        assertThat(faults(aPageView()
                        .property("a", List.of(text, text, text, text))
                        .property("b", "x".repeat(rest + 1))))
                .containsExactly(" SIZE");
        assertThat(faults(aPageView().property("a", Collections.nCopies(5_000, 1))))
                .containsExactly("properties.a TOO_MANY");
        Map<String, Object> many = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            many.put("k" + i, "x".repeat(8_000));
        }
        assertThat(faults(aPageView().properties(many))).containsExactly("properties TOO_MANY");
        assertThat(faults(aPageView().property("a", Collections.nCopies(1_000, "x".repeat(8_000)))))
                .containsExactly(" SIZE");
    }

    @Test
    void everything_that_is_wrong_is_said_at_once_and_no_value_of_a_person_is_shown() {
        TrackRequest request = TrackRequest.builder("nope")
                .userId("jane.doe@example.com\n")
                .category(Category.SYSTEM)
                .timestamp(NOW.plusSeconds(301))
                .property("email", "jane.doe@example.com\u0001")
                .value(Double.POSITIVE_INFINITY)
                .build();
        InvalidEventException refusal = catchThrowableOfType(
                InvalidEventException.class, () -> normalizer.normalize(request, NOW, () -> MADE, false));
        assertThat(refusal.violations())
                .extracting(Violation::code)
                .containsExactly("CONTROL", "NO_SUBJECT", "TYPE", "CATEGORY", "TIME", "CONTROL", "NOT_FINITE");
        assertThat(refusal)
                .hasMessageStartingWith("event refused: userId: ")
                .hasMessageContaining("\"nope\" is unknown");
        assertThat(refusal.getMessage()).doesNotContain("jane");
        assertThat(request.toString()).isEqualTo("TrackRequest[nope]");
    }

    @Test
    void no_id_is_made_for_an_event_that_is_refused() {
        TrackRequest request = TrackRequest.builder("page_view").build();
        assertThat(catchThrowableOfType(
                        InvalidEventException.class,
                        () -> normalizer.normalize(
                                request,
                                NOW,
                                () -> {
                                    throw new AssertionError("asked for an id");
                                },
                                false)))
                .isNotNull();
    }

    @Test
    void an_event_ahead_of_the_clock_is_taken_up_to_the_limit() { // S2
        assertThat(normalize(aPageView().timestamp(NOW.plusSeconds(300).plusNanos(999)))
                        .timestamp())
                .isEqualTo(NOW.plusSeconds(300));
        assertThat(faults(aPageView().timestamp(NOW.plusSeconds(300).plusNanos(1_000))))
                .containsExactly("timestamp TIME");
        assertThat(faults(aPageView().timestamp(Instant.MAX))).containsExactly("timestamp TIME");
        assertThat(faults(aPageView().timestamp(Instant.MIN))).containsExactly("timestamp TIME");
        assertThat(faults(aPageView().timestamp(Instant.parse("0000-12-31T23:59:59Z"))))
                .containsExactly("timestamp TIME");
        assertThat(normalize(aPageView().timestamp(Instant.parse("0001-01-01T00:00:00Z"))))
                .isNotNull();
    }

    @Test
    void an_event_older_than_its_retention_is_refused() { // S7
        EventNormalizer keeping = new EventNormalizer(
                EventCatalog.builtIn(),
                EventLimits.defaults(),
                Retention.of(Duration.ofDays(30))
                        .withCategory(Category.INTENT, Duration.ofDays(60))
                        .withType(EventType.PAGE_VIEW, Duration.ofDays(7)));
        Instant week = NOW.minus(Duration.ofDays(7));
        assertThat(faults(keeping, aPageView().timestamp(week).build())).containsExactly("timestamp TIME");
        assertThat(keeping.normalize(
                        aPageView().timestamp(week.plusNanos(1_000)).build(), NOW, () -> MADE, false))
                .isNotNull();
        // A caller's own category decides where the type has no span of its own.
        TrackRequest intent = TrackRequest.builder("download")
                .leadId("lead-1")
                .category(Category.INTENT)
                .timestamp(NOW.minus(Duration.ofDays(59)))
                .build();
        assertThat(keeping.normalize(intent, NOW, () -> MADE, false).category()).isEqualTo(Category.INTENT);
        TrackRequest link = TrackRequest.builder(EventType.IDENTIFY)
                .leadId("lead-1")
                .sessionId("s-1")
                .timestamp(NOW.minus(Duration.ofDays(900)))
                .build();
        assertThat(keeping.normalizeSystem(link, NOW, () -> MADE, false).category())
                .isEqualTo(Category.SYSTEM);
    }

    @Test
    void system_events_are_the_librarys_alone() { // S10
        TrackRequest link = TrackRequest.builder("identify")
                .leadId("lead-1")
                .sessionId("s-1")
                .build();
        InvalidEventException refusal = catchThrowableOfType(
                InvalidEventException.class, () -> normalizer.normalize(link, NOW, () -> MADE, false));
        assertThat(refusal).hasMessageContaining("call identify(sessionId, leadId)");
        EventNormalizer open = new EventNormalizer(
                EventCatalog.builder().open().build(), EventLimits.defaults(), Retention.unlimited());
        assertThat(faults(open, link)).containsExactly("eventType TYPE");
        assertThat(normalizer.normalizeSystem(link, NOW, () -> MADE, true))
                .extracting(BehaviorEvent::type, BehaviorEvent::category, BehaviorEvent::imported)
                .containsExactly(EventType.IDENTIFY, Category.SYSTEM, true);
        assertThat(catchThrowableOfType(
                                InvalidEventException.class,
                                () -> normalizer.normalizeSystem(aPageView().build(), NOW, () -> MADE, false))
                        .violations())
                .extracting(Violation::code)
                .containsExactly("TYPE");
    }

    @Test
    void the_hosts_own_types_are_checked_as_declared() {
        EventCatalog catalog = EventCatalog.builder()
                .declare(
                        "policy_renewed",
                        Category.CONVERSION,
                        10,
                        Map.of(
                                "premium",
                                PropertyType.NUMBER,
                                "since",
                                PropertyType.INSTANT,
                                "years",
                                PropertyType.INTEGER))
                .build();
        EventNormalizer own = new EventNormalizer(catalog, EventLimits.defaults(), Retention.unlimited());
        BehaviorEvent event = own.normalize(
                TrackRequest.builder("policy_renewed")
                        .leadId("lead-1")
                        .property("premium", 12.5)
                        .property("since", NOW)
                        .property("other", "free")
                        .property("years", null)
                        .build(),
                NOW,
                () -> MADE,
                false);
        assertThat(event.category()).isEqualTo(Category.CONVERSION);
        assertThat(faults(
                        own,
                        TrackRequest.builder("policy_renewed")
                                .leadId("lead-1")
                                .property("premium", "12.5")
                                .property("since", "yesterday")
                                .property("years", 1.5)
                                .build()))
                .containsExactlyInAnyOrder("properties.premium TYPE", "properties.since TYPE", "properties.years TYPE");
    }

    @Test
    void an_open_catalog_takes_unknown_types_as_engagement() {
        EventNormalizer open = new EventNormalizer(
                EventCatalog.builder().open().build(), EventLimits.defaults(), Retention.unlimited());
        BehaviorEvent event = open.normalize(
                TrackRequest.builder("chat_started").leadId("lead-1").build(), NOW, () -> MADE, false);
        assertThat(event.type()).isEqualTo(EventType.of("chat_started"));
        assertThat(event.category()).isEqualTo(Category.ENGAGEMENT);
        assertThat(faults(open, TrackRequest.builder("Chat").leadId("lead-1").build()))
                .containsExactly("eventType TYPE");
    }

    @Test
    void the_list_of_illegal_ids_is_the_hosts_to_choose() { // C23
        EventNormalizer lax = new EventNormalizer(
                EventCatalog.builtIn(), EventLimits.defaults().withIllegalIds(Set.of("N/A")), Retention.unlimited());
        assertThat(lax.normalize(TrackRequest.builder("page_view").leadId("0").build(), NOW, () -> MADE, false)
                        .leadId())
                .isEqualTo("0");
        assertThat(faults(lax, TrackRequest.builder("page_view").leadId(" n/a").build()))
                .containsExactly("leadId ILLEGAL_ID");
    }

    @Test
    void a_repetition_is_a_duplicate_also_without_what_it_leaves_to_defaults() { // C18
        TrackRequest.Builder full = aPageView()
                .id(MADE)
                .timestamp(NOW.minusSeconds(60).plusNanos(123_456_789))
                .source("email")
                .category(Category.INTENT)
                .sequence(3)
                .property("a", 1)
                .property("b", List.of(0.5));
        BehaviorEvent original = normalize(full);
        assertThat(isDuplicate(original, full)).isTrue();
        assertThat(isDuplicate(
                        original,
                        aPageView().id(MADE).property("b", new double[] {0.50}).property("a", 1.0)))
                .isTrue();
        assertThat(isDuplicate(
                        original,
                        aPageView()
                                .id(MADE)
                                .timestamp(NOW.minusSeconds(60).plusNanos(123_456_000))
                                .properties(Map.of("a", 1L, "b", List.of(new BigDecimal("0.5"))))))
                .isTrue();
        BehaviorEvent imported = normalizer.normalize(full.build(), NOW, () -> MADE, true);
        assertThat(EventNormalizer.sameContent(original, imported)).isTrue();
    }

    @Test
    void the_same_id_with_other_content_is_a_conflict() { // C19
        BehaviorEvent original =
                normalize(aPageView().id(MADE).value(1).property("a", 1).page("/a", null, null));
        List<TrackRequest.Builder> others = List.of(
                aPageView().value(1).property("a", 2).page("/a", null, null),
                aPageView().value(1).property("a", "1").page("/a", null, null),
                aPageView().value(1).page("/a", null, null),
                aPageView().value(1).property("a", 1).property("b", null).page("/a", null, null),
                aPageView().value(2).property("a", 1).page("/a", null, null),
                aPageView().property("a", 1).page("/a", null, null),
                aPageView().value(1).property("a", 1).page("/b", null, null),
                aPageView().value(1).property("a", 1).page("/a", null, null).sessionId("s-1"),
                aPageView().value(1).property("a", 1).page("/a", null, null).userId("u-1"),
                aPageView().value(1).property("a", 1).page("/a", null, null).context("c", 1),
                aPageView().value(1).property("a", 1).page("/a", null, null).metadata("m", 1),
                aPageView().value(1).property("a", 1).page("/a", null, null).timestamp(NOW.minusSeconds(1)),
                aPageView().value(1).property("a", 1).page("/a", null, null).source("email"),
                aPageView().value(1).property("a", 1).page("/a", null, null).sequence(1),
                aPageView().value(1).property("a", 1).page("/a", null, null).category(Category.INTENT),
                TrackRequest.builder("page_view")
                        .leadId("lead-2")
                        .value(1)
                        .property("a", 1)
                        .page("/a", null, null),
                TrackRequest.builder("download")
                        .leadId("lead-1")
                        .value(1)
                        .property("a", 1)
                        .page("/a", null, null));
        for (TrackRequest.Builder other : others) {
            assertThat(isDuplicate(original, other.id(MADE))).isFalse();
        }
    }

    private boolean isDuplicate(BehaviorEvent original, TrackRequest.Builder again) {
        TrackRequest request = again.build();
        Instant later = NOW.plusSeconds(30);
        return EventNormalizer.sameContent(original, normalizer.normalize(request, later, () -> MADE, false), request);
    }
}
