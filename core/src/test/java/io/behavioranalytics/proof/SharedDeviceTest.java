package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Settings;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Sessions that several leads use in turn (S11): however links and events come, everybody has the events, the links, the
 * accumulators and the memberships that a look at all events of the session gives.
 */
class SharedDeviceTest {
    private static final List<EventType> TYPES =
            List.of(EventType.PAGE_VIEW, EventType.DOWNLOAD, EventType.FORM_START, EventType.QUOTE_REQUEST);

    @Test
    void alternating_links_give_what_all_events_together_say_in_whatever_order_they_come() {
        Seeds.forEach("shared-device", 2_000, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            List<TrackRequest> requests = requests(random);
            Map<SubjectId, String> live;
            Settings settings = settings(random);
            try (Host host = host(settings)) {
                inRandomOrder(host, requests, random);
                live = state(host);
                agreesWithAllEvents(host, requests.size());
            }
            if (seed % 4 == 0) {
                try (Host sorted = host(settings)) {
                    sorted.advance(Duration.ofHours(2));
                    requests.stream()
                            .sorted((one, other) -> one.timestamp().compareTo(other.timestamp()))
                            .forEach(sorted.analytics::track);
                    assertThat(live).isEqualTo(state(sorted));
                }
            }
        });
    }

    @Test
    void a_long_row_of_alternations_with_late_links_equals_the_sorted_run() {
        Seeds.forEach("shared-device-long", 6, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            List<TrackRequest> requests = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                requests.add(request(random, "lead-" + random.nextInt(3), i * 10, 0));
                requests.add(request(random, null, i * 10 + random.nextInt(10), 1));
            }
            List<TrackRequest> late = new ArrayList<>(requests);
            for (int i = 0; i + 40 < late.size(); i += 1 + random.nextInt(30)) {
                Collections.swap(late, i, i + random.nextInt(40));
            }
            try (Host host = host(Settings.defaults());
                    Host sorted = host(Settings.defaults())) {
                host.advance(Duration.ofHours(2));
                sorted.advance(Duration.ofHours(2));
                late.forEach(host.analytics::track);
                requests.stream()
                        .sorted((one, other) -> one.timestamp().compareTo(other.timestamp()))
                        .forEach(sorted.analytics::track);
                agreesWithAllEvents(host, requests.size());
                assertThat(state(host)).isEqualTo(state(sorted));
            }
        });
    }

    private static Host host(Settings settings) {
        Host host = new Host(settings);
        host.segmentOf("Downloaders", EventType.DOWNLOAD, "{\"last\": \"PT20M\"}");
        host.segmentOf("Quoted", EventType.QUOTE_REQUEST, "");
        host.trigger(
                "Left",
                "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"quote_request\"], \"within\": \"PT9M\"}",
                "PT0S",
                "\"cooldown\": 0");
        return host;
    }

    /** With a limit nothing here is too old, but the decision must not take the folded events for all there are. */
    private static Settings settings(SplittableRandom random) {
        return random.nextInt(3) == 0
                ? Settings.builder().retention(Duration.ofDays(30)).build()
                : Settings.defaults();
    }

    /** Events of one or two sessions and two to four leads within two hours, many at the same second. */
    private static List<TrackRequest> requests(SplittableRandom random) {
        int leads = 2 + random.nextInt(3);
        int count = 4 + random.nextInt(16);
        List<TrackRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String lead = random.nextInt(2) == 0 ? "lead-" + random.nextInt(leads) : null;
            requests.add(request(random, lead, random.nextInt(40) * 150, random.nextInt(3) == 0 ? 1 : 0));
        }
        return requests;
    }

    private static TrackRequest request(SplittableRandom random, String lead, int second, int session) {
        boolean links = lead != null && random.nextBoolean();
        return TrackRequest.builder(links ? EventType.PAGE_VIEW : TYPES.get(random.nextInt(TYPES.size())))
                .id(new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE))
                .sessionId(lead == null || session == 0 || random.nextInt(4) > 0 ? "session-" + session : null)
                .leadId(lead)
                .timestamp(Host.START.plusSeconds(second))
                .build();
    }

    /** Some in order while the clock goes, some late, some together in one batch, some twice. */
    private static void inRandomOrder(Host host, List<TrackRequest> requests, SplittableRandom random) {
        List<TrackRequest> rest = new ArrayList<>(requests);
        if (random.nextBoolean()) {
            rest.sort((one, other) -> one.timestamp().compareTo(other.timestamp()));
            int swaps = random.nextInt(5);
            for (int i = 0; i < swaps; i++) {
                Collections.swap(rest, random.nextInt(rest.size()), random.nextInt(rest.size()));
            }
        } else {
            for (int i = rest.size() - 1; i > 0; i--) {
                Collections.swap(rest, i, random.nextInt(i + 1));
            }
        }
        boolean live = random.nextBoolean();
        if (!live) {
            host.advance(Duration.ofHours(2));
        }
        for (int i = 0; i < rest.size(); ) {
            int size = Math.min(rest.size() - i, 1 + random.nextInt(random.nextBoolean() ? 1 : 4));
            List<TrackRequest> batch = rest.subList(i, i + size);
            for (TrackRequest request : batch) {
                if (live && request.timestamp().isAfter(host.clock.instant())) {
                    host.advanceTo(request.timestamp());
                }
            }
            host.analytics.trackAll(batch);
            if (random.nextInt(8) == 0) {
                host.analytics.track(batch.get(0));
            }
            i += size;
        }
        host.advanceTo(Host.START.plus(Duration.ofHours(2)));
    }

    private static void agreesWithAllEvents(Host host, int count) {
        List<BehaviorEvent> stored = new ArrayList<>();
        Map<SubjectId, List<UUID>> timelines = new TreeMap<>();
        host.store.subjects().scan(Projection.TIMELINE, found -> {
            List<UUID> ids = new ArrayList<>();
            for (int i = 0; i < found.timeline().size(); i++) {
                stored.add(found.timeline().event(i));
                ids.add(found.timeline().id(i));
            }
            timelines.put(found.subject(), ids);
            return true;
        });
        assertThat(stored).hasSize(count);
        Map<SubjectId, List<UUID>> naive = new TreeMap<>();
        NaiveIdentity.timelines(stored, host.clock.instant())
                .forEach((subject, events) -> naive.put(
                        subject, events.stream().map(BehaviorEvent::id).toList()));
        assertThat(timelines).isEqualTo(naive);
        timelines.forEach((subject, ids) -> assertThat(host.profile(subject).totalEvents())
                .as("total of %s", subject)
                .isEqualTo(ids.size()));
        for (int i = 0; i < 2; i++) {
            assertThat(links(host, "session-" + i)).isEqualTo(runs(stored, "session-" + i));
        }
    }

    /** The first events of the runs of identified events that name one lead. */
    private static List<SessionLink> runs(List<BehaviorEvent> stored, String sessionId) {
        List<SessionLink> runs = new ArrayList<>();
        stored.stream()
                .filter(event -> sessionId.equals(event.sessionId()) && event.leadId() != null)
                .sorted(NaiveIdentity.ORDER)
                .forEach(event -> {
                    if (runs.isEmpty() || !runs.get(runs.size() - 1).leadId().equals(event.leadId())) {
                        runs.add(new SessionLink(event.key(), event.leadId()));
                    }
                });
        return runs;
    }

    private static List<SessionLink> links(Host host, String sessionId) {
        SubjectId id = SubjectId.session(sessionId);
        return host.store.subjects().load(List.of(id), Projection.STATE).get(id).links();
    }

    /** Events, accumulators to the byte, and members, of everybody who has events. */
    private static Map<SubjectId, String> state(Host host) {
        Map<SubjectId, String> state = new TreeMap<>();
        host.store.subjects().scan(Projection.TIMELINE, found -> {
            state.put(found.subject(), describe(found));
            return true;
        });
        for (Segment segment : host.analytics.segments().list()) {
            for (SubjectId member : host.store.ledger().members(segment.id(), null, 1_000)) {
                state.merge(member, "\n" + segment.key(), String::concat);
            }
        }
        return state;
    }

    private static String describe(SubjectRecord found) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < found.timeline().size(); i++) {
            text.append(found.timeline().id(i)).append('\n');
        }
        return text + HexFormat.of().formatHex(found.state().accumulators());
    }
}
