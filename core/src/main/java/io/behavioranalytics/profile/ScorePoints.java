package io.behavioranalytics.profile;

import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;

/** The points of each score and the instant from which they decay: the recurrence of {@link ProfileFold}. */
final class ScorePoints {
    private static final int SCORES = Score.values().length;

    private final double[] points;
    private final long[] since;

    ScorePoints() {
        points = new double[SCORES];
        since = new long[SCORES];
        Arrays.fill(since, Micros.ALWAYS);
    }

    ScorePoints(ScorePoints other) {
        points = other.points.clone();
        since = other.since.clone();
    }

    void add(Score score, int added, long at, ScoringModel model) {
        if (added > 0) {
            int i = score.index();
            points[i] = at(score, at, model) + added;
            since[i] = at;
        }
    }

    /** The points left at an instant. */
    double at(Score score, long now, ScoringModel model) {
        int i = score.index();
        return Decay.decayed(points[i], since[i], now, model.halfLifeMicros(score));
    }

    /** The first instant after now at which the score compares otherwise with a bound, if no event comes. */
    long nextChange(Score score, long now, double bound, ScoringModel model) {
        int i = score.index();
        return Decay.nextFlip(points[i], since[i], now, model.halfLifeMicros(score), model.scale(score), bound);
    }

    void writeTo(CompactFormat out) {
        for (int i = 0; i < SCORES; i++) {
            out.writeInstant(since[i]);
            if (since[i] != Micros.ALWAYS) {
                out.writeDouble(points[i]);
            }
        }
    }

    static ScorePoints readFrom(DataInput in, long last) throws IOException {
        ScorePoints read = new ScorePoints();
        for (int i = 0; i < SCORES; i++) {
            read.since[i] = CompactFormat.readInstant(in, last);
            read.points[i] = read.since[i] == Micros.ALWAYS ? 0 : in.readDouble();
        }
        return read;
    }
}
