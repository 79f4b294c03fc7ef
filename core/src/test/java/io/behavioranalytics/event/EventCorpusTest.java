package io.behavioranalytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.store.InMemoryStore;
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
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
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

    /** With their defaults written out they are beyond a limit. */
    private static final Set<String> FULL = Set.of("16-5000-tokens.json", "15-event-of-32768-bytes");

    private static final String AT_DEPTH_8 = "properties.a[0][0][0][0][0][0]";

    private Locale before = Locale.getDefault();

    record Case(
            String name,
            Supplier<byte[]> content,
            boolean batch,
            List<String> outcomes,
            List<String> paths,
            Locale locale) {
        @Override
        public String toString() {
            return name + " in " + locale.toLanguageTag();
        }

        byte[] bytes() {
            return content.get();
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
        Stream<String[]> files = new String(resource("expect.tsv"), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1));
        Stream<Case> read = files.flatMap(row -> inBothLocales(
                row[0], () -> resource(row[0]), row[1].equals("batch"), List.of(row[2].split(";", -1)), row[3]));
        return Stream.concat(read, made());
    }

    private static Stream<Case> inBothLocales(
            String name, Supplier<byte[]> content, boolean batch, List<String> outcomes, String paths) {
        return Stream.of(Locale.ROOT, Locale.forLanguageTag("tr"))
                .map(locale -> new Case(name, content, batch, outcomes, List.of(paths.split(";", -1)), locale));
    }

    /** The inputs that are too large to lie here as files. */
    private static Stream<Case> made() {
        String deep = deep(100_000);
        String one = "{\"eventType\":\"page_view\",\"leadId\":\"lead-1\"}";
        String five = "[" + (one + ",").repeat(499) + one;
        String full = five + " ".repeat(500_000 - five.length() - 1) + "]";
        return Stream.of(
                        made("02-depth-16000-in-32-kilobytes", deep(16_000), false, "REJ(DEPTH)", AT_DEPTH_8),
                        made("02-depth-100000-in-200-kilobytes", deep, false, "REJ(SIZE)", ""),
                        made("02-depth-100000-in-a-batch", "[" + deep + "]", true, "REJ(DEPTH)", "[0]." + AT_DEPTH_8),
                        made("15-event-of-32768-bytes", large(32_768), false, "OK", ""),
                        made("15-event-of-32769-bytes", large(32_769), false, "REJ(SIZE)", ""),
                        made("15-event-of-32769-bytes-in-a-batch", "[" + large(32_769) + "]", true, "REJ(SIZE)", ""),
                        made("15-batch-of-500", five + "]", true, "OK", ""),
                        made("15-batch-of-501", five + "," + one + "]", true, "REJ(SIZE)", ""),
                        made("15-batch-of-500000-bytes", full, true, "OK", ""),
                        made("15-batch-of-500001-bytes", full + " ", true, "REJ(SIZE)", ""))
                .flatMap(made -> made);
    }

    private static Stream<Case> made(String name, String json, boolean batch, String outcome, String path) {
        return inBothLocales(name, () -> json.getBytes(UTF_8), batch, List.of(outcome), path);
    }

    /** An event whose property is so many arrays in each other. */
    private static String deep(int depth) {
        return "{\"eventType\":\"page_view\",\"properties\":{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";
    }

    /** An event of so many bytes, some of its characters of two. */
    private static String large(int bytes) {
        String text = "\"" + "é".repeat(4_000) + "\"";
        String body = "{\"eventType\":\"page_view\",\"leadId\":\"lead-1\",\"properties\":{\"a\":["
                + String.join(",", text, text, text, text) + ",\"";
        return body + "x".repeat(bytes - body.getBytes(UTF_8).length - 4) + "\"]}}";
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
            assertThat(events).isNotEmpty();
            if (!input.batch()) {
                boolean full = FULL.contains(input.name());
                assertThatItStaysTheSame(bytes, events.get(0), full);
            }
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

    /** The facade tells one event from many by the first character; the other rows are the reader's own. */
    static Stream<Case> corpusOfTheFacade() {
        return corpus().filter(
                        input -> new String(input.bytes(), UTF_8).stripLeading().startsWith("[") == input.batch());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpusOfTheFacade")
    void every_refusal_is_answered_and_counted_by_the_facade_and_stores_nothing(Case input) {
        Locale.setDefault(input.locale());
        VirtualClock clock = VirtualClock.at(NOW);
        try (InMemoryStore store = new InMemoryStore(clock);
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .settings(Settings.builder()
                                .retention(Duration.ofDays(365))
                                .build())
                        .build()) {
            List<TrackResult> results = analytics.trackJson(input.bytes());

            boolean good = input.outcomes().equals(List.of("OK"));
            assertThat(results).isNotEmpty();
            assertThat(analytics.statistics().accepted()).isEqualTo(good ? results.size() : 0);
            assertThat(analytics.statistics().invalid()).isEqualTo(good ? 0 : results.size());
            for (TrackResult result : results) {
                assertThat(result.outcome())
                        .isEqualTo(good ? TrackResult.Outcome.ACCEPTED : TrackResult.Outcome.INVALID);
                if (!good) {
                    assertThat(result.violations())
                            .extracting(violation -> "REJ(" + violation.code() + ")")
                            .isEqualTo(input.outcomes());
                    assertThat(result.violations()).extracting(Violation::path).isEqualTo(input.paths());
                    assertThatItIsFitForALog(result.reason(), new String(input.bytes(), UTF_8));
                    assertThat(result.event()).isNull();
                }
            }
            if (!good) {
                assertThat(store.subjects().count()).isZero();
            }
            assertThat(analytics.trackJson("{\"eventType\":\"page_view\",\"leadId\":\"lead-1\"}".getBytes(UTF_8)))
                    .extracting(TrackResult::outcome)
                    .containsExactly(TrackResult.Outcome.ACCEPTED);
        }
    }

    private void assertThatItStaysTheSame(byte[] bytes, BehaviorEvent event, boolean fullBefore) {
        TrackRequest again = TrackRequest.fromJson(new String(bytes, UTF_8));
        assertThat(normalizer.normalize(again, NOW, () -> MADE, false)).isEqualTo(event);
        // Written and read once more it is the same event, and so it is packed and unpacked.
        if (!fullBefore) {
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
    void depth_100_000_is_refused_by_the_reader_of_definitions_without_a_deep_stack() { // C2
        assertThatThrownBy(() -> Json.parse(deep(100_000), JsonLimits.DEFINITION))
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
    void the_limit_of_an_event_holds_for_text_and_for_what_was_built_in_java_too() { // C15
        String exact = large(32_768);
        normalizer.normalize(TrackRequest.fromJson(exact), NOW, () -> MADE, false);
        assertThat(codes(() -> TrackRequest.fromJson(large(32_769)))).containsExactly("SIZE");
        // In a batch, and from Java, it is the canonical JSON that counts: the same number of bytes here.
        String batch = "[" + exact + ",\n" + large(32_769) + "]";
        List<TrackRequest> requests = TrackRequest.listFromJson(batch.getBytes(UTF_8));
        normalizer.normalize(requests.get(0), NOW, () -> MADE, false);
        assertThat(refusal(requests.get(1)).violations())
                .extracting(Violation::code)
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
