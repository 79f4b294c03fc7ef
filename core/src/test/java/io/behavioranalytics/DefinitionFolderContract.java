package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.DefinitionDiff.Entry;
import io.behavioranalytics.DefinitionDiff.FieldChange;
import io.behavioranalytics.DefinitionDiff.State;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions as files of a folder, put in force in a store and written back. */
public abstract class DefinitionFolderContract {
    private static final String WARM = """
            {"name": "Warm leads",
             "criteria": {"eventFilters": [{"eventType": "form_start", "minFrequency": 2, "timeRange": {"last": "P7D"}}]}}
            """;
    private static final String CALL = """
            {"name": "Call them", "event": {"type": "segment_entered", "segment": "warm-leads"},
             "actions": [{"action": "send_email", "parameters": {"template": "call"}}], "targetSegments": ["warm-leads"]}
            """;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    private Store store;
    private BehaviorAnalytics analytics;
    private DefinitionFolders folders;

    @TempDir
    private Path folder;

    private BehaviorAnalytics host() {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .action(ActionExecutor.of("send_email", request -> ActionResult.success()))
                .build();
    }

    @BeforeEach
    void open() {
        store = createStore(clock);
        analytics = host();
        folders = analytics.definitionFolders();
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one test
     */
    protected abstract Store createStore(InstantSource storeClock);

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    @Test
    void a_folder_is_put_in_force_whatever_the_order_of_its_files() throws IOException {
        write("triggers/0.json", CALL);
        write("segments/z.json", WARM);
        write("README.md", "not looked at");
        write("segments/.notes.json", "{");

        DefinitionDiff diff = folders.compare(folder);

        assertThat(diff.describe()).isEqualTo("+ segment warm-leads\n+ trigger call-them\n= 0 unchanged\n");
        assertThat(analytics.segments().list())
                .as("nothing is changed by comparing")
                .isEmpty();
        assertThat(folders.apply(diff)).isEqualTo(2);
        assertThat(analytics.segments().list()).extracting(Segment::key).containsExactly("warm-leads");
        assertThat(analytics.triggers().list()).extracting(Trigger::key).containsExactly("call-them");
    }

    @Test
    void applying_again_changes_nothing() throws IOException {
        write("triggers/0.json", CALL);
        write("segments/z.json", WARM);
        folders.apply(folders.compare(folder));
        long version = store.definitions().version();

        DefinitionDiff again = folders.compare(folder);

        assertThat(again.isEmpty()).isTrue();
        assertThat(again.describe()).isEqualTo("= 2 unchanged\n");
        assertThat(folders.apply(again)).isEqualTo(version);
        assertThat(store.definitions().version()).isEqualTo(version);
    }

    @Test
    void a_change_is_told_field_by_field_and_makes_one_new_version() throws IOException {
        write("segments/warm.json", WARM);
        folders.apply(folders.compare(folder));
        write(
                "segments/warm.json",
                WARM.replace("\"minFrequency\": 2", "\"minFrequency\": 3")
                        .replace("{\"name\"", "{\"tags\":[\"new\"],\"name\""));

        DefinitionDiff diff = folders.compare(folder);

        assertThat(diff.entries())
                .containsExactly(new Entry(
                        Kind.SEGMENT,
                        "warm-leads",
                        State.CHANGED,
                        List.of(
                                new FieldChange("criteria.eventFilters[0].minFrequency", "2", "3"),
                                new FieldChange("tags", null, "[\"new\"]"))));
        assertThat(diff.describe()).isEqualTo("""
                        ~ segment warm-leads
                            criteria.eventFilters[0].minFrequency: 2 -> 3
                            tags: added ["new"]
                        = 0 unchanged
                        """);
        folders.apply(diff);
        assertThat(analytics.segments().list()).singleElement().satisfies(segment -> {
            assertThat(segment.version()).isEqualTo(2);
            assertThat(segment.definedIn()).isEqualTo(2);
        });
    }

    @Test
    void a_changed_segment_answers_by_its_new_version_once_everybody_was_decided_on_it() throws IOException {
        write("segments/warm.json", WARM.replace("2", "1"));
        folders.apply(folders.compare(folder));
        analytics.track(
                TrackRequest.builder(EventType.FORM_START).leadId("once").build());
        for (int i = 0; i < 2; i++) {
            analytics.track(
                    TrackRequest.builder(EventType.FORM_START).leadId("twice").build());
        }
        assertThat(analytics.segments().members("warm-leads", null, 10)).hasSize(2);
        write("segments/warm.json", WARM);
        write("segments/new.json", WARM.replace("Warm leads", "New"));

        folders.apply(folders.compare(folder));

        for (String key : List.of("warm-leads", "new")) {
            assertThat(analytics.segments().get(key))
                    .hasValueSatisfying(view -> assertThat(view.calculating()).isFalse());
            assertThat(analytics.segments().members(key, null, 10)).containsExactly(SubjectId.lead("twice"));
        }
        assertThat(folders.compare(folder).describe()).isEqualTo("= 2 unchanged\n");
        write("segments/warm.json", WARM.replace("{\"name\"", "{\"status\": \"inactive\", \"name\""));
        folders.apply(folders.compare(folder));
        assertThat(analytics.segments().members("warm-leads", null, 10)).isEmpty();
    }

    @Test
    void what_is_not_in_the_folder_stays_unless_it_is_asked_to_be_deleted() throws IOException {
        write("segments/warm.json", WARM);
        analytics.segments().create(SegmentDraft.fromJson(WARM.replace("Warm leads", "Older")));
        DefinitionDiff diff = folders.compare(folder);
        assertThat(diff.describe())
                .isEqualTo("? segment older (not in the folder)\n+ segment warm-leads\n= 0 unchanged\n");

        folders.apply(diff);
        assertThat(analytics.segments().list()).hasSize(2);
        folders.applyAndDeleteOthers(folders.compare(folder));
        assertThat(analytics.segments().list()).extracting(Segment::key).containsExactly("warm-leads");
    }

    @Test
    void what_others_still_name_is_not_deleted() throws IOException {
        write("segments/warm.json", WARM);
        write("triggers/call.json", CALL);
        folders.apply(folders.compare(folder));
        write("segments/warm.json", WARM.replace("Warm leads", "Hot leads"));

        DefinitionDiff diff = folders.compare(folder);
        assertThatThrownBy(() -> folders.applyAndDeleteOthers(diff))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(Violation::path)
                                .containsExactly(
                                        "triggers/call.json: targetSegments[0]", "triggers/call.json: event.segment"));
        assertThat(analytics.segments().list()).extracting(Segment::key).containsExactly("warm-leads");
    }

    @Test
    void what_a_version_names_that_answers_until_the_next_is_calculated_is_not_deleted() throws IOException {
        Deque<Runnable> background = new ArrayDeque<>();
        try (BehaviorAnalytics busy = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(background::add)
                .build()) {
            busy.track(TrackRequest.builder(EventType.PAGE_VIEW).leadId("ada").build());
            busy.segments().create(SegmentDraft.of("Readers", views(1)));
            busy.segments()
                    .create(SegmentDraft.of(
                            "Fans",
                            Criteria.all().segment(SegmentFilter.in("readers")).build()));
            run(background);
            write("segments/fans.json", SegmentDraft.of("Fans", views(1)).toJson());

            assertThatThrownBy(() -> busy.definitionFolders()
                            .applyAndDeleteOthers(busy.definitionFolders().compare(folder)))
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("segments/readers: segment 'readers' is used by version 1 of segment 'fans'");
            busy.definitionFolders().apply(busy.definitionFolders().compare(folder));
            assertThatThrownBy(() -> busy.definitionFolders()
                            .applyAndDeleteOthers(busy.definitionFolders().compare(folder)))
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("[IN_USE]");
            run(background);
            busy.definitionFolders()
                    .applyAndDeleteOthers(busy.definitionFolders().compare(folder));
            assertThat(busy.segments().list()).extracting(Segment::key).containsExactly("fans");
            assertThat(busy.segments().members("fans", null, 10)).containsExactly(SubjectId.lead("ada"));
        }
    }

    private static Criteria views(int least) {
        return Criteria.all()
                .event(EventFilter.atLeast(EventType.PAGE_VIEW, least))
                .build();
    }

    private static void run(Deque<Runnable> background) {
        while (!background.isEmpty()) {
            background.remove().run();
        }
    }

    @Test
    void somebody_elses_change_is_reported_and_not_overwritten() throws IOException {
        write("segments/warm.json", WARM);
        DefinitionDiff diff = folders.compare(folder);
        try (BehaviorAnalytics other = host()) {
            other.segments().create(SegmentDraft.fromJson(WARM.replace("form_start", "download")));
        }

        assertThatThrownBy(() -> folders.apply(diff))
                .isInstanceOf(DefinitionsChangedException.class)
                .hasMessageContaining("version 0");
        assertThat(analytics.segments().list())
                .singleElement()
                .satisfies(segment -> assertThat(segment.version()).isEqualTo(1));
    }

    @Test
    void a_change_at_the_very_moment_of_applying_is_reported_too() throws IOException {
        write("segments/warm.json", WARM);
        ForwardingStore racing = new ForwardingStore(store) {
            @Override
            public io.behavioranalytics.store.Definitions definitions() {
                io.behavioranalytics.store.Definitions real = to.definitions();
                return new io.behavioranalytics.store.Definitions() {
                    @Override
                    public Snapshot load() {
                        return real.load();
                    }

                    @Override
                    public List<io.behavioranalytics.store.DefinitionRecord> history(Kind kind, java.util.UUID id) {
                        return real.history(kind, id);
                    }

                    @Override
                    public long version() {
                        return real.version();
                    }

                    @Override
                    public boolean saveAll(
                            List<io.behavioranalytics.store.DefinitionRecord> records, long expectedVersion) {
                        analytics
                                .triggers()
                                .create(TriggerDraft.fromJson(CALL.replace("warm-leads", "all-visitors")
                                        .replace(
                                                "{\"type\": \"segment_entered\", \"segment\": \"all-visitors\"}",
                                                "\"page_view\"")));
                        return real.saveAll(records, expectedVersion);
                    }
                };
            }
        };
        try (BehaviorAnalytics host =
                BehaviorAnalytics.builder().store(racing).clock(clock).build()) {
            DefinitionDiff diff = host.definitionFolders().compare(folder);
            assertThatThrownBy(() -> host.definitionFolders().apply(diff))
                    .isInstanceOf(DefinitionsChangedException.class);
        }
        assertThat(analytics.segments().list()).isEmpty();
    }

    @Test
    void what_is_exported_is_applied_without_a_change_and_exported_the_same() throws IOException {
        Segment warm = analytics.segments().create(SegmentDraft.fromJson(WARM));
        analytics
                .triggers()
                .create(TriggerDraft.fromJson(
                        CALL.replace("warm-leads", warm.id().toString())));
        analytics.segments().create(SegmentDraft.fromJson(WARM.replace("Warm leads", "con")));

        assertThat(folders.export(folder).written())
                .containsExactly("segments/con_.json", "segments/warm-leads.json", "triggers/call-them.json");
        Map<String, String> first = texts();
        assertThat(first.get("triggers/call-them.json"))
                .as("references are keys")
                .contains("\"segment\": \"warm-leads\"")
                .doesNotContain(warm.id().toString());
        assertThat(folders.compare(folder).describe()).isEqualTo("= 3 unchanged\n");

        assertThat(folders.export(folder)).isEqualTo(new DefinitionFolders.Export(List.of(), List.of()));
        BehaviorAnalytics empty = BehaviorAnalytics.builder()
                .clock(clock)
                .action(ActionExecutor.of("send_email", request -> ActionResult.success()))
                .build();
        try (empty) {
            empty.definitionFolders().apply(empty.definitionFolders().compare(folder));
            for (String name : first.keySet()) {
                Files.delete(folder.resolve(name));
            }
            empty.definitionFolders().export(folder);
        }
        assertThat(texts()).isEqualTo(first);
    }

    @Test
    void an_export_deletes_nothing_and_tells_what_else_lies_there() throws IOException {
        write("segments/old.json", WARM.replace("Warm leads", "Old"));
        analytics.segments().create(SegmentDraft.fromJson(WARM));

        assertThat(folders.export(folder))
                .isEqualTo(new DefinitionFolders.Export(
                        List.of("segments/warm-leads.json"), List.of("segments/old.json")));
    }

    @Test
    void an_export_replaces_a_link_and_follows_none_out_of_the_folder() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        Path victim = Files.writeString(outside.resolve("victim.json"), "untouched");
        Files.createDirectories(folder.resolve("segments"));
        Files.createSymbolicLink(folder.resolve("segments/warm-leads.json"), victim);
        analytics.segments().create(SegmentDraft.fromJson(WARM));

        folders.export(folder);
        assertThat(victim).hasContent("untouched");
        assertThat(folder.resolve("segments/warm-leads.json")).isRegularFile();

        Path other = Files.createTempDirectory("linked");
        Files.createSymbolicLink(other.resolve("segments"), outside);
        assertThatThrownBy(() -> folders.export(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("segments leads out of the folder");
        assertThat(outside.resolve("warm-leads.json")).doesNotExist();
    }

    @Test
    void everything_that_is_wrong_is_said_at_once_with_its_file() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        Files.writeString(outside.resolve("secret.json"), WARM.replace("Warm leads", "Secret"));
        write("segments/a.json", WARM);
        write("segments/b.json", WARM);
        write("segments/broken.json", "{\"name\": ");
        write("segments/fields.json", "{\"name\": \"\", \"event\": \"page_view\", \"criteria\": {}}");
        write("segments/list.json", "[]");
        Files.write(
                folder.resolve("segments/latin1.json"), "{\"name\": \"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1));
        write("segments/huge.json", " ".repeat(JsonLimits.DEFINITION.documentBytes() + 1));
        write("segments/deep/c.json", WARM);
        write("segment/typo.json", WARM);
        write("loose.json", WARM);
        Files.createSymbolicLink(folder.resolve("segments/link.json"), outside.resolve("secret.json"));
        Files.createSymbolicLink(folder.resolve("segments/nowhere.json"), outside.resolve("nothing"));
        Files.createDirectory(folder.resolve("segments/folder.json"));
        write("triggers/unknown.json", CALL.replace("warm-leads", "no-such").replace("send_email", "fly"));
        write("triggers/wrong-kind.json", WARM);

        assertThatThrownBy(() -> folders.compare(folder))
                .isInstanceOfSatisfying(InvalidDefinitionException.class, refused -> {
                    assertThat(refused.violations())
                            .extracting(violation -> violation.path() + " " + violation.code())
                            .contains(
                                    "loose.json KIND",
                                    "segment KIND",
                                    "segments/b.json DUPLICATE",
                                    "segments/deep NESTED",
                                    "segments/folder.json NESTED",
                                    "segments/huge.json SIZE",
                                    "segments/link.json LINK",
                                    "segments/list.json NOT_OBJECT",
                                    "segments/nowhere.json LINK")
                            .anyMatch(line -> line.startsWith("segments/broken.json"))
                            .anyMatch(line -> line.startsWith("segments/fields.json: name"))
                            .anyMatch(line -> line.startsWith("segments/fields.json: event"))
                            .anyMatch(line -> line.startsWith("segments/latin1.json"))
                            .anyMatch(line -> line.startsWith("triggers/unknown.json: actions[0]"))
                            .anyMatch(line -> line.startsWith("triggers/wrong-kind.json: event"));
                    assertThat(refused.violations())
                            .noneMatch(violation -> violation.message().contains("Secret"));
                });
        assertThat(store.definitions().version()).isZero();
    }

    @Test
    void a_reference_that_leads_nowhere_is_named_with_its_file() throws IOException {
        write("triggers/call.json", CALL);

        assertThatThrownBy(() -> folders.compare(folder))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(violation -> violation.path() + " " + violation.code())
                                .containsExactly(
                                        "triggers/call.json: targetSegments[0] UNKNOWN_REF",
                                        "triggers/call.json: event.segment UNKNOWN_REF"));
    }

    @Test
    void what_saving_one_by_one_would_refuse_is_refused_in_a_folder_too() throws IOException {
        write("segments/one.json", "{\"name\": \"One\", \"criteria\": {\"segmentFilters\": [{\"segment\": \"two\"}]}}");
        write("segments/two.json", "{\"name\": \"Two\", \"criteria\": {\"segmentFilters\": [{\"segment\": \"one\"}]}}");
        assertThatThrownBy(() -> folders.apply(folders.compare(folder)))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .singleElement()
                                .satisfies(violation ->
                                        assertThat(violation.message()).contains("one -> two -> one")));

        write(
                "segments/two.json",
                "{\"name\": \"Two\", \"criteria\": {\"segmentFilters\": [{\"segment\": \"nobody\"}]}}");
        write(
                "triggers/echo.json",
                "{\"name\": \"Echo\", \"event\": \"page_view\", \"actions\": [{\"action\": \"track_event\","
                        + " \"parameters\": {\"eventType\": \"page_view\"}}]}");
        assertThatThrownBy(() -> folders.apply(folders.compare(folder)))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(violation -> violation.path() + " " + violation.code())
                                .containsExactlyInAnyOrder(
                                        "segments/two.json: criteria.segmentFilters[0].segment UNKNOWN_REF",
                                        "triggers/echo.json: actions LOOP"));
        assertThat(store.definitions().version()).isZero();
    }

    @Test
    void a_folder_that_was_applied_applies_again_when_a_date_in_it_has_passed() throws IOException {
        write(
                "triggers/spring.json",
                "{\"name\": \"Spring\", \"event\": \"page_view\", \"endDate\": \"2026-03-02T00:00:00Z\","
                        + " \"actions\": [{\"action\": \"send_email\", \"parameters\": {\"template\": \"spring\"}}]}");
        folders.apply(folders.compare(folder));
        long version = store.definitions().version();
        clock.advance(Duration.ofDays(3));

        folders.apply(folders.compare(folder));

        assertThat(store.definitions().version()).isEqualTo(version);
    }

    @Test
    void a_link_within_the_folder_is_followed() throws IOException {
        write("drafts.txt", WARM);
        Files.createDirectories(folder.resolve("segments"));
        Files.createSymbolicLink(folder.resolve("segments/warm.json"), folder.resolve("drafts.txt"));
        assertThat(folders.compare(folder).describe()).startsWith("+ segment warm-leads\n");
    }

    @Test
    void a_folder_that_is_not_there_or_is_a_file_is_refused() throws IOException {
        assertThatThrownBy(() -> folders.compare(folder.resolve("none"))).isInstanceOf(UncheckedIOException.class);
        write("file", "x");
        assertThatThrownBy(() -> folders.compare(folder.resolve("file")))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("is no folder");
    }

    @Test
    void an_empty_folder_leaves_everything_as_it_is() {
        analytics.segments().create(SegmentDraft.fromJson(WARM));
        DefinitionDiff diff = folders.compare(folder);
        assertThat(diff.describe()).isEqualTo("? segment warm-leads (not in the folder)\n= 0 unchanged\n");
        assertThat(folders.apply(diff)).isEqualTo(1);
        assertThat(analytics.segments().list()).hasSize(1);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Map<String, String> texts() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
