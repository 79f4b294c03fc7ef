package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.TriggerDraft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java of the documentation stands here, compiled and run; a test holds each block of a page against this file. */
class DocumentationTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private interface Mailer {
        void send(@Nullable String leadId, @Nullable Object template, UUID idempotencyKey);
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedding.md", "actions.md", "testing.md"})
    void every_block_of_java_in_the_documentation_stands_in_this_file(String page) throws Exception {
        String source = squeeze(Files.readString(Path.of("src/test/java/io/behavioranalytics/DocumentationTest.java")));
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", page)));
        int found = 0;
        while (blocks.find()) {
            assertThat(source).contains(squeeze(blocks.group(1)));
            found++;
        }
        assertThat(found).isPositive();
    }

    /** Where a line is broken, and how far it is indented, is the formatter's business. */
    private static String squeeze(String text) {
        return text.replaceAll("\\s+", "");
    }

    static final class SendEmail implements ActionExecutor {
        private final Mailer mailer;

        SendEmail(Mailer mailer) {
            this.mailer = mailer;
        }

        @Override
        public String type() {
            return "send_email";
        }

        @Override
        public ActionResult execute(ActionRequest request) throws Exception {
            mailer.send(request.leadId(), request.parameters().get("template"), request.idempotencyKey());
            return ActionResult.success();
        }
    }

    @Test
    void embedding() throws Exception {
        InMemoryStore store = new InMemoryStore();
        Mailer mailer = (leadId, template, key) -> {};
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store)
                .settings(Settings.fromEnvironment())
                .action(new SendEmail(mailer))
                .build()
                .start()) {
            TrackResult result = analytics.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                    .leadId("lead-456")
                    .build());
            if (!result.isDurable()) {
                log(result.outcome(), result.reason());
            }
        }
        try (BehaviorAnalytics analytics =
                BehaviorAnalytics.builder().store(store).build()) {
            String json = """
                    {"name":"Askers","type":"dynamic","criteria":{"logicOperator":"AND",
                     "eventFilters":[{"eventType":"quote_request","minFrequency":1}]}}""";
            Segment segment = analytics.segments().create(SegmentDraft.fromJson(json));
            analytics.segments().recalculation().await(Duration.ofMinutes(1));
            assertThat(analytics.segments().members(segment.key(), null, 10)).hasSize(1);
            for (ActionRecord dead : analytics.actions().deadLetters(null, 100)) {
                analytics.actions().requeue(dead.action().id());
            }
        }
        BehaviorAnalytics.builder().backPressure(BackPressure.block(Duration.ofSeconds(2)));
    }

    @Test
    void testing() {
        try (TestKit kit = TestKit.recording("send_email")) {
            kit.analytics()
                    .triggers()
                    .create(TriggerDraft.builder("Form recovery", EventType.FORM_ABANDON)
                            .action(new Action(null, "send_email", Map.of("template", "recovery"), Duration.ofHours(1)))
                            .cancelOn(EventType.FORM_SUBMIT)
                            .build());
            kit.given(TrackRequest.builder(EventType.FORM_ABANDON)
                    .leadId("lead-456")
                    .build());
            assertThat(kit.pending()).hasSize(1);
            kit.advance(Duration.ofHours(1));
            assertThat(kit.executed("send_email")).hasSize(1);
        }
    }

    @Test
    void replaying() {
        Instant first = Instant.parse("2000-01-01T00:00:00Z");
        List<String> lines = List.of("1", "2", "2");
        VirtualClock clock = VirtualClock.at(first);
        BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(new InMemoryStore(clock))
                .clock(clock)
                .inlineActions()
                .build();
        Replay replay = Replay.of(analytics, clock);
        for (String line : lines) {
            replay.feed(parse(line).id(replay.lineId("clicks.csv", line)).build());
        }
        replay.finish(clock.instant().plus(Duration.ofDays(1)));
        assertThat(analytics.statistics().accepted()).isEqualTo(3);
        analytics.close();
    }

    private static void log(TrackResult.Outcome outcome, String reason) {
        assertThat(outcome).as(reason).isEqualTo(TrackResult.Outcome.ACCEPTED);
    }

    private static TrackRequest.Builder parse(String line) {
        return TrackRequest.builder(EventType.PAGE_VIEW)
                .leadId("lead-1")
                .timestamp(Instant.parse("2000-01-01T00:00:00Z").plusSeconds(Long.parseLong(line)));
    }
}
