package io.behavioranalytics.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bad-input.md C34 and C35. */
class SafePatternTest {
    /** A text that counts how often one of its characters is looked at. */
    private static final class CountedText implements CharSequence {
        private final String text;
        private long reads;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            reads++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException("would be read without being counted");
        }

        @Override
        public String toString() {
            throw new UnsupportedOperationException("would be read without being counted");
        }
    }

    /**
     * Work is bounded, not time: each character is looked at a constant number of times, and a look costs one pass over the
     * program at most. A backtracking engine looks at them more often than a power of their number.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(.*a){25}$",
                "^(.*?,){20}P",
                ".*.*=.*",
                "(a|b)*",
                "(x+x+)+y",
                "(a?){100}a{100}",
                "(.*)(.*)(.*)(.*)$z"
            })
    void the_work_of_a_hostile_pattern_grows_with_the_text_and_no_faster(String pattern) {
        SafePattern safe = SafePattern.compile(pattern);
        assertThat(safe.programSize()).isLessThanOrEqualTo(SafePattern.MAX_PROGRAM);
        for (String unit : new String[] {"a", "x", "ab=,", ","}) {
            for (int length : new int[] {256, 1_024, SafePattern.MAX_INPUT}) {
                CountedText text = new CountedText(unit.repeat(length / unit.length()));
                safe.find(text);
                assertThat(text.reads).as("%s characters of '%s'", length, unit).isLessThanOrEqualTo(3L * length + 16);
            }
        }
    }

    @Test
    void a_text_that_is_too_long_is_not_looked_at() {
        CountedText text = new CountedText("a".repeat(SafePattern.MAX_INPUT + 1));
        assertThat(SafePattern.compile("a").find(text)).isEqualTo(Truth.UNKNOWN);
        assertThat(text.reads).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(.*a){25}$",
                "^(.*?,){20}P",
                ".*.*=.*",
                "(a|b)*",
                "(x+x+)+y",
                "(a?){100}a{100}",
                "(.*)(.*)(.*)(.*)$z"
            })
    void a_pattern_that_ruins_a_backtracking_engine_stays_bounded(String pattern) {
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            SafePattern safe = SafePattern.compile(pattern);
            for (String unit : new String[] {"a", "x", "ab=,", ","}) {
                String text = unit.repeat(SafePattern.MAX_INPUT / unit.length());
                assertThat(safe.find(text)).isNotEqualTo(Truth.UNKNOWN);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)\\1+$",
                "a{1,100000}",
                "[",
                "(?=a)",
                "((a{1000}){1000}){1000}",
                "(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}",
                "\\Q[\\E((a{1000}){1000}){1000}",
                "\\Q(\\E((a{1000}){1000}){1000}",
                "[[:]((a{1000}){1000}){1000}",
                "[]]((a{1000}){1000}){1000}",
                "[^]]((a{1000}){1000}){1000}",
                "[\\]]((a{1000}){1000}){1000}",
                "[[:alpha:]]((a{1000}){1000}){1000}",
                "\\[((a{1000}){1000}){1000}",
                "\\p{Greek}((a{1000}){1000}){1000}",
                "(\\x{10FFFF}{1000}){1000}",
                "((a{1000,}){1000,}){1000,}",
            })
    void a_pattern_that_would_cost_too_much_is_refused(String pattern) {
        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> assertThatThrownBy(() -> SafePattern.compile(pattern))
                        .isInstanceOf(IllegalArgumentException.class));
    }

    @Test
    void everyday_patterns_are_accepted() {
        assertThat(SafePattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
                        .find("x 123e4567-e89b-12d3-a456-426614174000"))
                .isEqualTo(Truth.TRUE);
        assertThat(SafePattern.compile("^/(pricing|compare)/[^/]+$").find("/pricing/auto"))
                .isEqualTo(Truth.TRUE);
        assertThat(SafePattern.compile("(?i)^[\\w.+-]{1,64}@[\\w-]+(\\.[\\w-]+){1,3}$")
                        .find("A@b.example"))
                .isEqualTo(Truth.TRUE);
    }

    @Test
    void the_estimate_is_never_far_below_the_program_that_is_compiled() {
        String[] pieces = {
            "a",
            "b",
            ".",
            "(",
            ")",
            "(?:",
            "(?i)",
            "|",
            "*",
            "+",
            "?",
            "{2}",
            "{3,5}",
            "{2,}",
            "{7",
            "[",
            "]",
            "[a-z]",
            "[^]]",
            "[[:alpha:]]",
            "[[:]",
            "[\\]]",
            "\\Q",
            "\\E",
            "\\",
            "\\d",
            "\\pL",
            "\\p{Greek}",
            "\\x{41}",
            "\\.",
            "\\[",
            "{",
            "}",
            "^",
            "$",
            "é",
            "-",
            ":]",
            "(?P<n>",
        };
        int compiled = 0;
        for (long seed = 0; seed < 200_000; seed++) {
            Random random = new Random(seed);
            StringBuilder regex = new StringBuilder();
            for (int i = 1 + random.nextInt(9); i > 0; i--) {
                regex.append(pieces[random.nextInt(pieces.length)]);
            }
            int size;
            try {
                size = Pattern.compile(regex.toString()).programSize();
            } catch (PatternSyntaxException e) {
                continue;
            } catch (RuntimeException e) {
                // RE2J fails otherwise for some malformed patterns; SafePattern refuses those too.
                assertThatThrownBy(() -> SafePattern.compile(regex.toString()))
                        .isInstanceOf(IllegalArgumentException.class);
                continue;
            }
            compiled++;
            long estimate = new SafePattern.Size(regex.toString()).estimate();
            assertThat((long) size)
                    .as("seed %s, pattern %s, estimate %s", seed, regex, estimate)
                    .isLessThanOrEqualTo(4 * estimate + 8);
        }
        assertThat(compiled).isGreaterThan(20_000);
    }
}
