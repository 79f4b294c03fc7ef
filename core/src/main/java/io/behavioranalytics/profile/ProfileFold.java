package io.behavioranalytics.profile;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.ScoreLedger.Reason;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a profile needs of a timeline, taken in event by event; the scores are defined by this recurrence (S9).
 *
 * <p>For each score: when an event at {@code t} adds {@code c > 0} points (the sum of all its reasons), then {@code P = P ·
 * 2^(−(t − t0) / halfLife) + c} and {@code t0 = t}. At an instant the score is {@code −100 · expm1(−P(now) / scale)}. All in
 * doubles by {@link StrictMath}, so equal histories give equal bits.
 *
 * <p>Events come in order (S1) and are visible; system events are ignored. A late event is taken in by folding the timeline
 * again. For a profile of a time range, fold the range's events alone. Not thread-safe; {@link #copy()} before sharing.
 */
public final class ProfileFold {
    private static final byte FORMAT = 2;
    private static final long FAST_INTENT_WINDOW = 86_400_000_000L;

    private final ScoringModel model;
    private final TypeCounts types;
    private final OpenVisits visits;
    private final PatternEvidence evidence;
    private final ScorePoints points;
    private final RecentHour recent;
    private final Traits traits;

    private long total;
    private long first = Micros.ALWAYS;
    private long last = Micros.ALWAYS;
    private long contentEvents;
    private long communicationEvents;
    private long highValueViews;
    private boolean intentSeen;
    private int sources;
    private Device device = Device.UNKNOWN;

    /**
     * Starts without events.
     *
     * @param model the settings
     */
    public ProfileFold(ScoringModel model) {
        this(
                model,
                new TypeCounts(),
                new OpenVisits(),
                new PatternEvidence(),
                new ScorePoints(),
                new RecentHour(),
                new Traits());
    }

    private ProfileFold(
            ScoringModel model,
            TypeCounts types,
            OpenVisits visits,
            PatternEvidence evidence,
            ScorePoints points,
            RecentHour recent,
            Traits traits) {
        this.model = model;
        this.types = types;
        this.visits = visits;
        this.evidence = evidence;
        this.points = points;
        this.recent = recent;
        this.traits = traits;
    }

    private ProfileFold(ProfileFold other) {
        model = other.model;
        types = new TypeCounts(other.types);
        visits = new OpenVisits(other.visits);
        evidence = new PatternEvidence(other.evidence);
        points = new ScorePoints(other.points);
        recent = new RecentHour(other.recent);
        traits = new Traits(other.traits);
        total = other.total;
        first = other.first;
        last = other.last;
        contentEvents = other.contentEvents;
        communicationEvents = other.communicationEvents;
        highValueViews = other.highValueViews;
        intentSeen = other.intentSeen;
        sources = other.sources;
        device = other.device;
    }

    /**
     * Makes a fold that goes on from here by itself.
     *
     * @return an equal fold that shares nothing mutable
     */
    public ProfileFold copy() {
        return new ProfileFold(this);
    }

    /**
     * Takes in the next event; a system event changes nothing but tags and attributes.
     *
     * @param event not before any event taken in so far
     * @throws IllegalArgumentException if the event's timestamp is before the last one's
     */
    public void apply(EventView event) {
        apply(event, null);
    }

    void apply(EventView event, @Nullable ContributionListener listener) {
        Category category = event.category();
        if (category == Category.SYSTEM) {
            traits.apply(event);
            return;
        }
        long at = event.micros();
        if (total == 0) {
            first = at;
        } else if (at < last) {
            throw new IllegalArgumentException(
                    "events must come in order: " + Micros.toInstant(at) + " is before " + Micros.toInstant(last));
        }
        EventType type = event.type();
        boolean beginsVisit = visits.add(event.sessionId(), at, model.sessionTimeoutMicros());
        if (beginsVisit) {
            device = Device.of(event, device);
        }
        boolean highValuePage =
                type.equals(EventType.PAGE_VIEW) && model.highValuePages().matches(event);
        boolean burst = recent.beginsBurst(at);
        total++;
        last = at;
        types.add(type);
        contentEvents += category == Category.CONTENT ? 1 : 0;
        communicationEvents += category == Category.COMMUNICATION ? 1 : 0;
        highValueViews += highValuePage ? 1 : 0;
        sources |= Sources.bit(event.source());
        evidence.add(type, category, highValuePage, at);
        addPoints(event, highValuePage, beginsVisit && visits.count() > 1, burst, listener);
    }

    private void addPoints(
            EventView event,
            boolean highValuePage,
            boolean returnVisit,
            boolean burst,
            @Nullable ContributionListener listener) {
        long at = event.micros();
        ScoringModel.TypePoints byType = model.typePoints(event.type());
        int highValue = highValuePage ? model.highValuePagePoints() : 0;
        int returned = returnVisit ? model.returnVisitPoints() : 0;
        int burstPoints = burst ? model.burstPoints() : 0;
        int fast = 0;
        if (byType.intent() > 0) {
            fast = !intentSeen && at - first <= FAST_INTENT_WINDOW ? model.fastIntentPoints() : 0;
            intentSeen = true;
        }
        points.add(Score.ENGAGEMENT, byType.engagement(), at, model);
        points.add(Score.INTEREST, byType.interest() + highValue + returned, at, model);
        points.add(Score.INTENT, byType.intent() + burstPoints + fast, at, model);
        if (listener != null) {
            tell(listener, event, Score.ENGAGEMENT, Reason.EVENT_TYPE, byType.engagement());
            tell(listener, event, Score.INTEREST, Reason.EVENT_TYPE, byType.interest());
            tell(listener, event, Score.INTEREST, Reason.HIGH_VALUE_PAGE, highValue);
            tell(listener, event, Score.INTEREST, Reason.RETURN_VISIT, returned);
            tell(listener, event, Score.INTENT, Reason.EVENT_TYPE, byType.intent());
            tell(listener, event, Score.INTENT, Reason.BURST, burstPoints);
            tell(listener, event, Score.INTENT, Reason.FAST_INTENT, fast);
        }
    }

    private static void tell(ContributionListener listener, EventView event, Score score, Reason reason, int points) {
        if (points > 0) {
            listener.added(event, score, reason, points);
        }
    }

    /**
     * The settings it was folded with.
     *
     * @return the model
     */
    public ScoringModel model() {
        return model;
    }

    /**
     * The number of events, system events aside.
     *
     * @return 0 or more
     */
    public long totalEvents() {
        return total;
    }

    /**
     * The number of events of a type.
     *
     * @param type which
     * @return 0 or more
     */
    public long count(EventType type) {
        return types.count(type);
    }

    /**
     * The number of different types.
     *
     * @return 0 or more
     */
    public int uniqueEventTypes() {
        return types.size();
    }

    /**
     * The number of visits.
     *
     * @return 0 or more
     */
    public long visits() {
        return visits.count();
    }

    /**
     * When the first event happened.
     *
     * @return micros, or {@link Micros#ALWAYS} without events
     */
    public long firstMicros() {
        return first;
    }

    /**
     * When the last event happened.
     *
     * @return micros, or {@link Micros#ALWAYS} without events
     */
    public long lastMicros() {
        return last;
    }

    /**
     * The points of a score, decayed to an instant.
     *
     * @param score which
     * @param nowMicros not before the last event
     * @return 0 or more
     */
    public double points(Score score, long nowMicros) {
        return points.at(score, nowMicros, model);
    }

    /**
     * A score at an instant.
     *
     * @param score which
     * @param nowMicros not before the last event
     * @return 0 to 100
     */
    public double score(Score score, long nowMicros) {
        return Decay.score(points(score, nowMicros), model.scale(score));
    }

    /**
     * The estimated probability that the subject converts, by the prior model of {@code docs/scores.md}; it changes at
     * events and at whole hours (UTC) only.
     *
     * @param nowMicros not before the last event
     * @return 0 to 100; 0 without events
     */
    public double conversionProbability(long nowMicros) {
        return total == 0 ? 0 : ConversionPrior.probability(this, nowMicros);
    }

    /**
     * The pattern at an instant.
     *
     * @param nowMicros not before the last event
     * @return the first pattern that holds; exploring without events
     */
    public BehaviorPattern pattern(long nowMicros) {
        return total == 0 ? BehaviorPattern.EXPLORING : evidence.pattern(last, nowMicros);
    }

    /** Why a pattern's own rule holds or does not, the patterns before it left aside. */
    Explanation explain(BehaviorPattern pattern, long nowMicros) {
        return evidence.explain(pattern, last, nowMicros);
    }

    /**
     * The first instant at which the pattern is another if no event comes.
     *
     * @param nowMicros not before the last event
     * @return micros, after now, exact; or {@link Micros#NEVER}
     */
    public long nextChangeOfPattern(long nowMicros) {
        return total == 0 ? Micros.NEVER : evidence.nextChange(last, nowMicros);
    }

    /**
     * The first instant at which a score compares otherwise with a bound if no event comes: above, equal or below.
     *
     * @param score which
     * @param nowMicros not before the last event
     * @param bound any number
     * @return micros, after now, exact; or {@link Micros#NEVER}
     */
    public long nextChangeOfScore(Score score, long nowMicros, double bound) {
        return points.nextChange(score, nowMicros, bound, model);
    }

    /**
     * A whole hour (UTC) before which the conversion probability does not compare otherwise with a bound if no event comes.
     *
     * @param nowMicros not before the last event
     * @param bound any number
     * @return micros, after now, never later than the change; or {@link Micros#NEVER}
     */
    public long nextChangeOfConversion(long nowMicros, double bound) {
        return total == 0 ? Micros.NEVER : ConversionPrior.nextChange(this, nowMicros, bound);
    }

    /**
     * What conditions may read at an instant. It reads this fold and the given set, so it holds until either changes.
     *
     * @param nowMicros not before the last event
     * @param segmentKeys the keys of the segments the subject is in; read when asked for, not copied
     * @return the facts; not thread-safe
     * @throws IllegalArgumentException if the instant is before the last event
     */
    public ProfileFacts at(long nowMicros, Set<String> segmentKeys) {
        checkNow(nowMicros);
        return new FoldFacts(this, nowMicros, segmentKeys);
    }

    /**
     * The analytics record at an instant.
     *
     * @param subject whose
     * @param nowMicros not before the last event
     * @param segmentKeys the keys of the segments the subject is in, in any order
     * @return the record
     * @throws IllegalArgumentException if the instant is before the last event
     */
    public Profile profile(SubjectId subject, long nowMicros, Collection<String> segmentKeys) {
        checkNow(nowMicros);
        return new Profile(
                subject,
                Micros.toInstant(nowMicros),
                total,
                types.size(),
                visits.count(),
                timeSpentSeconds(),
                averageVisitSeconds(),
                score(Score.ENGAGEMENT, nowMicros),
                score(Score.INTEREST, nowMicros),
                score(Score.INTENT, nowMicros),
                conversionProbability(nowMicros),
                List.copyOf(new TreeSet<>(segmentKeys)),
                pattern(nowMicros),
                total == 0 ? null : Micros.toInstant(first),
                total == 0 ? null : Micros.toInstant(last),
                List.copyOf(traits.tags()),
                traits.attributes());
    }

    /**
     * The tags of the subject.
     *
     * @return sorted; unmodifiable
     */
    public Set<String> tags() {
        return traits.tags();
    }

    void checkNow(long nowMicros) {
        if (nowMicros < last) {
            throw new IllegalArgumentException("now must not be before the last event: " + Micros.toInstant(nowMicros)
                    + " is before " + Micros.toInstant(last));
        }
    }

    long timeSpentSeconds() {
        return visits.micros() / 1_000_000;
    }

    long averageVisitSeconds() {
        return visits.count() == 0 ? 0 : visits.micros() / visits.count() / 1_000_000;
    }

    long contentEvents() {
        return contentEvents;
    }

    long communicationEvents() {
        return communicationEvents;
    }

    long highValueViews() {
        return highValueViews;
    }

    boolean abandonStands() {
        return evidence.abandonStands();
    }

    int sources() {
        return sources;
    }

    Device device() {
        return device;
    }

    /**
     * About how many bytes of heap it takes.
     *
     * @return bytes
     */
    public long weight() {
        return 500 + types.weight() + visits.weight() + traits.weight();
    }

    /**
     * Writes it in a compact form: equal histories under equal models give equal bytes.
     *
     * @param out where to
     * @throws IOException if {@code out} fails
     */
    public void writeTo(DataOutput out) throws IOException {
        CompactFormat compact = new CompactFormat(last);
        compact.writeByte(FORMAT);
        compact.writeInt(model.fingerprint());
        compact.writeNumber(total);
        if (total > 0) {
            write(compact);
        }
        compact.flushTo(out);
        traits.writeTo(out);
    }

    private void write(CompactFormat out) {
        out.writeLong(last);
        out.writeInstant(first);
        types.writeTo(out);
        visits.writeTo(out);
        evidence.writeTo(out);
        out.writeNumber(contentEvents);
        out.writeNumber(communicationEvents);
        points.writeTo(out);
        recent.writeTo(out);
        out.writeNumber(highValueViews);
        out.writeByte(intentSeen ? 1 : 0);
        out.writeByte(sources);
        out.writeByte(device.code());
    }

    /**
     * Reads what {@link #writeTo} wrote; the fold goes on as the written one would have.
     *
     * @param in where from
     * @param model the settings it was written under
     * @return the fold
     * @throws InvalidObjectException if it was written in another format or under other settings, or is damaged; fold the
     *     timeline again
     * @throws IOException if {@code in} fails or ends too soon
     */
    public static ProfileFold readFrom(DataInput in, ScoringModel model) throws IOException {
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new InvalidObjectException("the profile fold's format must be " + FORMAT + ": " + format);
        }
        if (in.readInt() != model.fingerprint()) {
            throw new InvalidObjectException("the profile fold was written under another scoring model");
        }
        long total = CompactFormat.readNumber(in);
        if (total == 0) {
            return new ProfileFold(
                    model,
                    new TypeCounts(),
                    new OpenVisits(),
                    new PatternEvidence(),
                    new ScorePoints(),
                    new RecentHour(),
                    Traits.readFrom(in));
        }
        long last = in.readLong();
        long first = CompactFormat.readInstant(in, last);
        TypeCounts types = TypeCounts.readFrom(in);
        OpenVisits visits = OpenVisits.readFrom(in, last);
        PatternEvidence evidence = PatternEvidence.readFrom(in, last);
        long contentEvents = CompactFormat.readNumber(in);
        long communicationEvents = CompactFormat.readNumber(in);
        ScorePoints points = ScorePoints.readFrom(in, last);
        RecentHour recent = RecentHour.readFrom(in, last);
        long highValueViews = CompactFormat.readNumber(in);
        boolean intentSeen = in.readBoolean();
        int sources = in.readUnsignedByte();
        Device device = Device.at(in.readUnsignedByte());
        ProfileFold read = new ProfileFold(model, types, visits, evidence, points, recent, Traits.readFrom(in));
        read.total = total;
        read.first = first;
        read.last = last;
        read.contentEvents = contentEvents;
        read.communicationEvents = communicationEvents;
        read.highValueViews = highValueViews;
        read.intentSeen = intentSeen;
        read.sources = sources;
        read.device = device;
        return read;
    }
}
