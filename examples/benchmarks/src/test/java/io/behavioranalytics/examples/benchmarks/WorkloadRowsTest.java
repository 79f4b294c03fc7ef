package io.behavioranalytics.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WorkloadRowsTest {
    private static final int ROWS = 1_000;

    private final List<TrackRequest> rows = new WorkloadRows(WorkloadRows.LEADS).rows(0, ROWS);

    @Test
    void the_first_thousand_rows_have_these_types() {
        Map<String, Integer> counts = new TreeMap<>();
        rows.forEach(row -> counts.merge(String.valueOf(row.eventType()), 1, Integer::sum));

        assertThat(counts)
                .hasToString(
                        "{application_complete=43, application_start=50, click_outbound=46, download=57, email_click=53,"
                                + " email_open=50, email_reply=49, filter_usage=63, form_abandon=48, form_start=50, form_submit=55,"
                                + " page_view=44, phone_call=57, quote_request=47, scroll_depth=48, search_query=43, social_share=48,"
                                + " text_interaction=46, time_on_page=45, video_play=58}");
    }

    @Test
    void the_first_thousand_rows_have_this_checksum() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (TrackRequest row : rows) {
            digest.update(text(row).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("1d17f4efb6ad77c76c621a5d42f527b7543aa70bf76f53aa043452c3714996e6");
    }

    @Test
    void the_first_row_is_this_one() {
        assertThat(text(rows.get(0)))
                .isEqualTo("a759ea27-d472-4622-8b4c-d618fffdb248|search_query"
                        + "|lead-020470|s-020470-1|null|2026-01-01T00:00:00Z|web"
                        + "|{\"url\":\"/quote/auto/156\",\"title\":\"Auto Insurance Quote\"}"
                        + "|{\"n\":708,\"step\":0,\"formId\":\"quote-form\"}"
                        + "|{\"ua\":\"Mozilla/5.0\",\"device\":\"desktop\",\"country\":\"US\"}"
                        + "|55.7|{\"v\":\"1.0.83\",\"ip\":\"10.236.129.105\"}");
    }

    @Test
    void a_row_is_a_function_of_its_number() {
        List<TrackRequest> apart = new WorkloadRows(WorkloadRows.LEADS).rows(500, 510);

        for (int i = 0; i < apart.size(); i++) {
            assertThat(text(apart.get(i))).isEqualTo(text(rows.get(500 + i)));
        }
    }

    @Test
    void every_id_is_a_random_uuid_of_its_own() {
        Set<UUID> ids = new HashSet<>();
        for (int row = 0; row < 100_000; row++) {
            UUID id = WorkloadRows.id(row);
            assertThat(id.version()).isEqualTo(4);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(ids.add(id)).isTrue();
        }
    }

    @Test
    void rows_carry_about_two_hundred_bytes_of_json() {
        long bytes = 0;
        for (TrackRequest row : rows) {
            for (Object map : List.of(row.page(), row.properties(), row.context(), row.metadata())) {
                bytes += spaced(map).length();
            }
        }

        assertThat(bytes / (double) ROWS).isBetween(199.0, 202.0);
    }

    /** JSON as PostgreSQL prints it, with a blank behind each colon and comma; no value of the rows has either. */
    private static String spaced(Object map) {
        return Json.write(map).replace("\":", "\": ").replace(",\"", ", \"");
    }

    private static String text(TrackRequest row) {
        return String.join(
                "|",
                String.valueOf(row.id()),
                String.valueOf(row.eventType()),
                String.valueOf(row.leadId()),
                String.valueOf(row.sessionId()),
                String.valueOf(row.userId()),
                String.valueOf(row.timestamp()),
                String.valueOf(row.source()),
                Json.write(row.page()),
                Json.write(row.properties()),
                Json.write(row.context()),
                String.valueOf(row.value()),
                Json.write(row.metadata()));
    }
}
