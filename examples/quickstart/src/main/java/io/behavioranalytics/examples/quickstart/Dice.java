package io.behavioranalytics.examples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The chances of a journey, the same from the same seed on every JDK: only methods of {@link Random} whose algorithm its
 * contract fixes, and {@link StrictMath}.
 */
final class Dice {
    private final Random random;

    Dice(long seed) {
        random = new Random(seed);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A whole number, both ends included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    Duration seconds(int least, int most) {
        return Duration.ofSeconds(between(least, most));
    }

    /** A waiting time without memory, in whole seconds. */
    Duration waiting(Duration mean) {
        double factor = -StrictMath.log(1 - random.nextDouble());
        return Duration.ofSeconds((long) (mean.toSeconds() * factor));
    }
}
