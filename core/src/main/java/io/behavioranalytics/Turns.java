package io.behavioranalytics;

import java.util.random.RandomGenerator;

/** A source of chance that several threads use in turn. */
final class Turns implements RandomGenerator {
    private final RandomGenerator source;

    Turns(RandomGenerator source) {
        this.source = source;
    }

    @Override
    public synchronized long nextLong() {
        return source.nextLong();
    }
}
