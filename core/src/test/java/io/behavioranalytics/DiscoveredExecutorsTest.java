package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are declared to the service loader, as a library of them on the class path is. */
class DiscoveredExecutorsTest {
    private static final String TYPE = "leave_note";

    /** Declared below; the service loader makes it. */
    public static final class LeaveNote implements ActionExecutor {
        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            return ActionResult.success();
        }
    }

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    /** Declares the executor on a class path of the test's own. */
    @BeforeEach
    void declare(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(ActionExecutor.class.getName()), LeaveNote.class.getName() + "\n");
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {folder.toUri().toURL()}, LeaveNote.class.getClassLoader()));
    }

    @AfterEach
    void forget() throws IOException {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(before);
        if (own instanceof URLClassLoader opened) {
            opened.close();
        }
    }

    private BehaviorAnalytics.Builder host() {
        return BehaviorAnalytics.builder()
                .store(new InMemoryStore(clock))
                .clock(clock)
                .executor(Runnable::run)
                .inlineActions();
    }

    /** What became of the action of a trigger that fires. */
    private static List<ActionStatus> fire(BehaviorAnalytics analytics) {
        analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"Quote\", \"status\": \"active\","
                        + " \"event\": \"quote_request\", \"actions\": [{\"action\": \"" + TYPE
                        + "\", \"parameters\": {}}]}"));
        assertThat(analytics
                        .track(TrackRequest.builder("quote_request")
                                .leadId("lead")
                                .build())
                        .isDurable())
                .isTrue();
        analytics.runDue();
        return analytics.triggers().executions("quote", null, 10).stream()
                .flatMap(execution -> execution.actions().stream())
                .map(id -> analytics.actions().find(id).orElseThrow())
                .map(ActionRecord::status)
                .toList();
    }

    @Test
    void a_declared_executor_is_found_and_carries_out_the_actions_of_its_type() {
        try (BehaviorAnalytics analytics = host().discoverExecutors().build()) {
            assertThat(fire(analytics)).containsExactly(ActionStatus.DONE);
        }
    }

    @Test
    void nobody_looks_for_executors_unless_the_host_asks() {
        try (BehaviorAnalytics analytics = host().build()) {
            assertThatThrownBy(() -> fire(analytics))
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("no host carries out " + TYPE);
        }
    }

    @Test
    void a_declared_executor_of_a_type_that_the_host_has_already_is_refused() {
        BehaviorAnalytics.Builder builder = host().action(new LeaveNote());

        assertThatThrownBy(builder::discoverExecutors)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("action type " + TYPE + " has two executors");
    }
}
