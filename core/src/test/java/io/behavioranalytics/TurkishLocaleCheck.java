package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Holds only where upper and lower case differ from English: part of the second run of the tests, in a Turkish virtual machine
 * (execution {@code turkish} of the POM), and proves that it is one (bad-input.md C14).
 */
class TurkishLocaleCheck {
    @Test
    @SuppressWarnings("StringCaseLocaleUsage") // what careless code does is what this shows
    void this_virtual_machine_speaks_turkish() {
        assertThat(Locale.getDefault().toLanguageTag()).isEqualTo("tr-TR");
        assertThat("TITLE".toLowerCase()).isEqualTo("t\u0131tle");
        assertThat("title".toUpperCase()).isEqualTo("T\u0130TLE");
    }
}
