package io.behavioranalytics.proof.wrong.condition;

import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads the machine's clock in three ways and gives data to the backtracking engine in two. */
public final class ReadsTheMachinesClock {
    final Supplier<Instant> reference = Instant::now;

    boolean late(String pattern, String text) {
        boolean matched = Pattern.compile(pattern).matcher(text).find() || text.matches(pattern);
        return matched && Instant.now().isAfter(Clock.systemUTC().instant().plusSeconds(1));
    }
}
