package io.behavioranalytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus of bad input, C1 to C19 and C21 to C32 as far as events go; the files stand in {@code corpus/event}, their
 * outcomes in its {@code expect.tsv}. The whole corpus runs in a Turkish locale, too, where upper and lower case differ.
 */
class EventCorpusTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final UUID MADE = UUID.fromString("018f3c5e-0000-7000-8000-000000000000");

    private final EventNormalizer normalizer =
            new EventNormalizer(EventCatalog.builtIn(), EventLimits.defaults(), Retention.of(Duration.ofDays(365)));

    private Locale before = Locale.getDefault();

    record Case(String file, boolean batch, List<String> outcomes, List<String> paths, Locale locale) {
        @Override
        public String toString() {
            return file + " in " + locale.toLanguageTag();
        }

        byte[] bytes() {
            return resource(file);
        }
    }

    private static byte[] resource(String file) {
        try (InputStream in = EventCorpusTest.class.getResourceAsStream("/corpus/event/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Case> corpus() {
        return new String(resource("expect.tsv"), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .flatMap(row -> Stream.of(Locale.ROOT, Locale.forLanguageTag("tr"))
                        .map(locale -> new Case(
                                row[0],
                                row[1].equals("batch"),
                                List.of(row[2].split(";", -1)),
                                List.of(row[3].split(";", -1)),
                                locale)));
    }

    @BeforeEach
    void rememberTheLocale() {
        before = Locale.getDefault();
    }

    @AfterEach
    void restoreTheLocale() {
        Locale.setDefault(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void every_input_of_the_corpus_has_its_outcome(Case input) {
        Locale.setDefault(input.locale());
        byte[] bytes = input.bytes();
        List<InvalidEventException> refusals = new ArrayList<>();
        List<BehaviorEvent> events = new ArrayList<>();
        try {
            List<TrackRequest> requests =
                    input.batch() ? TrackRequest.listFromJson(bytes) : List.of(TrackRequest.fromJson(bytes));
            for (TrackRequest request : requests) {
                try {
                    events.add(normalizer.normalize(request, NOW, () -> MADE, false));
                } catch (InvalidEventException e) {
                    refusals.add(e);
                }
            }
        } catch (InvalidEventException e) {
            refusals.add(e);
        }

        if (input.outcomes().equals(List.of("OK"))) {
            assertThat(refusals).isEmpty();
            assertThat(events).hasSize(1);
            assertThatItStaysTheSame(bytes, events.get(0), input.file().equals("16-5000-tokens.json"));
        } else {
            assertThat(events).isEmpty();
            assertThat(refusals).isNotEmpty();
            for (InvalidEventException refusal : refusals) {
                assertThat(refusal.violations())
                        .extracting(violation -> "REJ(" + violation.code() + ")")
                        .isEqualTo(input.outcomes());
                assertThat(refusal.violations()).extracting(Violation::path).isEqualTo(input.paths());
                assertThatItIsFitForALog(String.valueOf(refusal.getMessage()), new String(bytes, UTF_8));
            }
        }
        // The next good call works.
        assertThat(normalizer.normalize(
                        TrackRequest.builder("page_view").leadId("lead-1").build(), NOW, () -> MADE, false))
                .isNotNull();
    }

    private void assertThatItStaysTheSame(byte[] bytes, BehaviorEvent event, boolean fullBefore) {
        TrackRequest again = TrackRequest.fromJson(new String(bytes, UTF_8));
        assertThat(normalizer.normalize(again, NOW, () -> MADE, false)).isEqualTo(event);
        // Written and read once more it is the same event, and so it is packed and unpacked.
        if (!fullBefore) { // with its defaults written out it has more tokens
            TrackRequest written = TrackRequest.fromJson(EventJson.write(event));
            assertThat(normalizer.normalize(written, NOW, () -> MADE, false)).isEqualTo(event);
        }
        EventBody body = EventBody.decode(EventBody.encode(event));
        assertThat(body.page()).isEqualTo(event.page());
        assertThat(body.properties()).isEqualTo(event.properties());
        assertThat(body.context()).isEqualTo(event.context());
        assertThat(body.metadata()).isEqualTo(event.metadata());
        assertThat(event.toString()).hasLineCount(1).doesNotContain("\u001b");
    }

    private static void assertThatItIsFitForALog(String message, String document) {
        assertThat(message).hasLineCount(1).matches("\\P{Cntrl}*");
        for (int i = 0; i + 66 <= document.length(); i++) { // 64 and a quote
            String part = document.substring(i, i + 66);
            assertThat(message.contains(part)).as("echoes %s", part).isFalse();
        }
    }

    private BehaviorEvent event(String file) {
        return normalizer.normalize(TrackRequest.fromJson(resource(file)), NOW, () -> MADE, false);
    }

    @Test
    void depth_100_000_is_refused_without_a_deep_stack() { // C2
        String deep = "{\"eventType\":\"page_view\",\"properties\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThat(deep.length()).isGreaterThan(200_000);

        assertThat(codes(() -> TrackRequest.fromJson(deep))).containsExactly("SIZE");
        assertThat(codes(() -> TrackRequest.listFromJson(("[" + deep + "]").getBytes(UTF_8))))
                .containsExactly("DEPTH");
        assertThatThrownBy(() -> Json.parse(deep, JsonLimits.DEFINITION))
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.code()).isEqualTo("DEPTH"));
    }

    @Test
    void a_deep_or_endless_map_from_java_is_refused_and_never_walked_to_its_end() { // C2
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        List<Object> deep = List.of();
        for (int i = 0; i < 100_000; i++) {
            deep = List.of(deep);
        }
        TrackRequest request = TrackRequest.builder("page_view")
                .leadId("lead-1")
                .property("endless", endless)
                .property("deep", deep)
                .build();

        assertThat(request.toString()).isEqualTo("TrackRequest[page_view]");
        assertThat(request.hashCode()).isEqualTo(request.hashCode());
        assertThat(request.equals(TrackRequest.builder("page_view").build())).isFalse();
        InvalidEventException refusal = refusal(request);
        assertThat(refusal.violations()).extracting(Violation::code).containsExactly("DEPTH", "DEPTH");
        assertThat(refusal.violations())
                .extracting(Violation::path)
                .containsExactly("properties.endless[0][0][0][0][0][0]", "properties.deep[0][0][0][0][0][0]");
    }

    @Test
    void numbers_are_kept_exactly() { // C8
        assertThat(event("08-exact-numbers.json").properties())
                .containsExactly(
                        Map.entry("big", new BigDecimal("9223372036854775808")),
                        Map.entry("max", Long.MAX_VALUE),
                        Map.entry("zero", 0L),
                        Map.entry("zero2", 0L),
                        Map.entry("fine", new BigDecimal("0.12345678901234567")),
                        Map.entry("one", 1L),
                        Map.entry("ten", 10L));
        assertThat(event("08-integer-of-40-digits.json").properties())
                .containsEntry("n", new BigDecimal("9".repeat(40)));
        assertThat(event("07-zero-with-a-huge-exponent.json").value()).isEqualTo(0.0);
    }

    @Test
    void text_is_kept_as_sent() { // C13, C14
        BehaviorEvent event = event("14-text-of-all-kinds.json");
        assertThat(event.leadId()).isEqualTo("İstanbul-ISPARTA-ıi");
        assertThat(event.properties())
                .containsEntry("nfc", "\u00e9")
                .containsEntry("nfd", "e\u0301")
                .containsEntry("sharp", "Straße")
                .containsEntry("rtl", "\u200fשלום\u202e")
                .containsEntry("zero", "a\u200bb\u200d");
        assertThat(event("13-lead-of-128-emoji.json").leadId()).isEqualTo("😀".repeat(128));
        assertThat(event("11-pair-by-escapes.json").properties()).containsEntry("a", "😀");
    }

    @Test
    void an_event_of_32_768_bytes_is_taken_and_one_byte_more_is_not() { // C15
        String head = "{\"eventType\":\"page_view\",\"leadId\":\"lead-1\",\"properties\":{\"a\":[";
        String text = "\"" + "é".repeat(4_000) + "\"";
        String body = head + String.join(",", text, text, text, text) + ",\"";
        String exact = body + "x".repeat(32_768 - body.getBytes(UTF_8).length - 4) + "\"]}}";
        assertThat(exact.getBytes(UTF_8)).hasSize(32_768);

        normalizer.normalize(TrackRequest.fromJson(exact), NOW, () -> MADE, false);
        normalizer.normalize(TrackRequest.fromJson(exact.getBytes(UTF_8)), NOW, () -> MADE, false);
        String longer = exact.replace("lead-1", "lead-12");
        assertThat(codes(() -> TrackRequest.fromJson(longer))).containsExactly("SIZE");
        assertThat(codes(() -> TrackRequest.fromJson(longer.getBytes(UTF_8)))).containsExactly("SIZE");
        // In a batch, and from Java, it is the canonical JSON that counts: the same number of bytes here.
        String batch = "[" + exact + ",\n" + longer + "]";
        List<TrackRequest> requests = TrackRequest.listFromJson(batch.getBytes(UTF_8));
        normalizer.normalize(requests.get(0), NOW, () -> MADE, false);
        assertThat(refusal(requests.get(1)).violations())
                .extracting(Violation::code)
                .containsExactly("SIZE");
    }

    @Test
    void a_batch_of_500_events_and_500_000_bytes_is_read_and_one_more_is_not() { // C15
        String one = "{\"eventType\":\"page_view\",\"leadId\":\"lead-1\"}";
        String five = "[" + (one + ",").repeat(499) + one;
        assertThat(TrackRequest.listFromJson((five + "]").getBytes(UTF_8))).hasSize(500);
        assertThat(codes(() -> TrackRequest.listFromJson((five + "," + one + "]").getBytes(UTF_8))))
                .containsExactly("SIZE");

        String padded = five + " ".repeat(500_000 - five.length() - 1) + "]";
        assertThat(TrackRequest.listFromJson(padded.getBytes(UTF_8))).hasSize(500);
        assertThat(codes(() -> TrackRequest.listFromJson((padded + " ").getBytes(UTF_8))))
                .containsExactly("SIZE");
    }

    @Test
    void one_bad_item_does_not_sink_the_others_of_its_batch() { // A11
        String batch =
                "[{\"eventType\":\"page_view\",\"leadId\":\"lead-1\"},7,{\"eventType\":\"page_view\",\"lead\":1}]";
        List<TrackRequest> requests = TrackRequest.listFromJson(batch.getBytes(UTF_8));
        assertThat(requests).hasSize(3);
        assertThat(normalizer.normalize(requests.get(0), NOW, () -> MADE, false).leadId())
                .isEqualTo("lead-1");
        assertThat(refusal(requests.get(1)).violations())
                .extracting(Violation::code)
                .containsExactly("NOT_OBJECT");
        assertThat(refusal(requests.get(2)).violations())
                .extracting(Violation::code)
                .containsExactly("UNKNOWN_FIELD", "NO_SUBJECT");
    }

    @Test
    void an_id_left_out_is_made_and_one_given_is_kept() { // C17
        assertThat(event("17-id-missing.json").id()).isEqualTo(MADE);
        assertThat(event("17-id-uuid.json").id()).isEqualTo(UUID.fromString("018f3c5e-7b1a-7c3d-9e2f-0123456789ab"));
    }

    @Test
    void instants_are_truncated_to_microseconds_before_any_comparison() { // C26
        assertThat(event("26-time-of-nanoseconds.json").timestamp())
                .isEqualTo(Instant.parse("2026-11-21T10:00:00.123456Z"));
        assertThat(event("25-time-5-minutes-ahead.json").timestamp()).isEqualTo(Instant.parse("2026-11-22T10:05:00Z"));
        assertThat(event("25-time-with-offset.json").timestamp()).isEqualTo(Instant.parse("2026-11-21T04:30:00.5Z"));
        TrackRequest now = TrackRequest.builder("page_view").leadId("lead-1").build();
        assertThat(normalizer
                        .normalize(now, NOW.plusNanos(1_999), () -> MADE, false)
                        .timestamp())
                .isEqualTo(NOW.plusNanos(1_000));
    }

    @Test
    void names_that_mean_something_elsewhere_are_plain_data_and_load_no_class() { // C30, C31
        List<String> asked = new ArrayList<>();
        ClassLoader listening = new ClassLoader(EventCorpusTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                asked.add(name);
                return super.loadClass(name, resolve);
            }
        };
        ClassLoader contextBefore = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(listening);
        try {
            assertThat(event("30-names-of-all-kinds.json").properties())
                    .containsOnlyKeys("__proto__", "constructor", "@class", "@type", "$where", "$ref", "#", "a.b")
                    .containsEntry("@class", "javax.naming.InitialContext")
                    .containsEntry("__proto__", Map.of("polluted", true));
            assertThat(event("31-properties-that-name-a-class.json").properties())
                    .containsEntry(
                            "a",
                            List.of("com.sun.rowset.JdbcRowSetImpl", Map.of("dataSourceName", "ldap://localhost/x")));
        } finally {
            Thread.currentThread().setContextClassLoader(contextBefore);
        }
        assertThat(asked).noneMatch(name -> name.contains("naming") || name.contains("rowset"));
    }

    @Test
    void a_user_agent_with_a_line_break_is_data_and_stays_in_one_line_as_json() { // C32
        BehaviorEvent event = event("32-agent-with-line-break.json");
        assertThat(event.context()).containsEntry("userAgent", "x\r\n2026-11-22 ERROR fake");
        assertThat(EventJson.write(event)).hasLineCount(1).contains("x\\r\\n2026-11-22 ERROR fake");
        assertThat(event.toString()).doesNotContain("ERROR");
        assertThat(event("32-agent-with-lookup.json").context()).containsEntry("userAgent", "${jndi:ldap://x} {} %n");
    }

    private InvalidEventException refusal(TrackRequest request) {
        return catchThrowableOfType(
                InvalidEventException.class, () -> normalizer.normalize(request, NOW, () -> MADE, false));
    }

    private static List<String> codes(ThrowingCallable call) {
        return catchThrowableOfType(InvalidEventException.class, call).violations().stream()
                .map(Violation::code)
                .toList();
    }
}
