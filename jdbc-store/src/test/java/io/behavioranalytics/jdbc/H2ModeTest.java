package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.TrackRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The modes of H2 in which the store's SQL means what it should. */
@Timeout(300)
class H2ModeTest {
    private static String url(String mode) {
        return "jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=" + mode;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Regular", "Legacy", "PostgreSQL"})
    void the_store_works_in(String mode) throws IOException {
        try (JdbcStore store = JdbcStore.builder().url(url(mode)).build();
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).build()) {
            assertThat(analytics
                            .track(TrackRequest.builder("page_view")
                                    .leadId("ada")
                                    .build())
                            .outcome())
                    .isEqualTo(Outcome.ACCEPTED);
            analytics.runDue();
            analytics.maintenance().purge();
            analytics.maintenance().export(new ByteArrayOutputStream());
            assertThat(store.subjects().count()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Strict", "Oracle", "Derby", "MSSQLServer", "MySQL", "MariaDB", "DB2", "HSQLDB"})
    void the_store_refuses_by_name(String mode) {
        assertThatThrownBy(() -> JdbcStore.builder().url(url(mode)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .containsIgnoringCase("MODE=" + mode)
                .contains("regular");
    }
}
