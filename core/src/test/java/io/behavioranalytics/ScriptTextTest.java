package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.TriggerDraft;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bad-input.md C41 beyond reading: a text that is a script elsewhere is compared, stored and handed on, and never run. */
class ScriptTextTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "script::Runtime.getRuntime().exec('touch MARKER_FILE')",
                "(#r=@java.lang.Runtime@getRuntime()).exec('touch MARKER_FILE')",
                "T(java.lang.Runtime).getRuntime().exec('touch MARKER_FILE')",
                "#{T(java.lang.Runtime).getRuntime().exec('touch MARKER_FILE')}",
                "${T(java.lang.Runtime).getRuntime().exec('touch MARKER_FILE')}",
                "$(touch MARKER_FILE)",
                "`touch MARKER_FILE`",
                "${jndi:ldap://x}"
            })
    void a_text_that_is_a_script_elsewhere_is_plain_text_from_the_event_to_the_action(String template) {
        Path marker = folder.resolve("marker");
        String text = template.replace("MARKER_FILE", marker.toString());
        try (TestKit kit = TestKit.recording("send_email")) {
            String written = text.replace("\\", "\\\\");
            kit.analytics().segments().create(SegmentDraft.fromJson("""
                    {"name": "%s", "key": "scripted", "criteria": {"eventFilters": [{"eventType": "page_view",
                      "conditions": [{"field": "properties.a", "operator": "equals", "value": "%s"}]}]}}""".formatted(written, written)));
            kit.analytics()
                    .triggers()
                    .create(TriggerDraft.builder(text, EventType.PAGE_VIEW)
                            .key("scripted")
                            .action(new Action(null, "send_email", Map.of("text", text), Duration.ZERO))
                            .build());

            kit.given(TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId("lead-1")
                    .property("a", text)
                    .build());
            kit.advance(Duration.ZERO);

            assertThat(kit.membersOf("scripted")).containsExactly("lead-1");
            assertThat(kit.executed("send_email"))
                    .singleElement()
                    .satisfies(request -> assertThat(request.parameters()).containsEntry("text", text));
        }
        assertThat(marker).doesNotExist();
    }
}
