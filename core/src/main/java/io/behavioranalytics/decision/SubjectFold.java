package io.behavioranalytics.decision;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.segment.Accumulators;
import io.behavioranalytics.segment.Segment;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A timeline folded up to some event: the accumulators (S8), and beside them who is a member at the instant last looked at.
 *
 * <p>The accumulators are a function of the visible events alone, so late events, crashes and hosts cannot make them differ;
 * only they are written. Memberships are evaluated from them. Not thread-safe; a fold that was shared is only copied.
 */
final class SubjectFold {
    static final byte FORMAT = 4;
    static final Absences.Listener UNHEARD = (rule, start) -> {};

    private final Plan plan;
    private final ProfileFold profile;
    private final Accumulators accumulators;
    private final Absences absences;
    private final Sequences sequences;
    /** Where the subject lives; null if no definition asks. */
    private @Nullable LeadZone zone;
    /** What triggers watch of the profile; null if none does. */
    private @Nullable Watches watches;

    /** What calculations before the last event said; null if no segment is behavioral. */
    private @Nullable CalculatedAnswers calculated;

    private @Nullable EventKey last;
    /** The last event folded until somebody asks for its key, which is before the fold is shared; else null. */
    private @Nullable EventView newest;

    private long events;
    private long visibleUntil = Micros.NEVER;

    private final BitSet members;
    private final long[] validUntil;
    private Set<String> keys = Set.of();
    /** What is known at an instant, as long as neither the fold nor the memberships change. */
    private @Nullable ProfileFacts facts;

    SubjectFold(Plan plan) {
        this(
                plan,
                new ProfileFold(plan.settings().scoring()),
                plan.evaluator().newAccumulators(),
                new Absences(plan.absences()),
                new Sequences(plan.sequences()));
    }

    private SubjectFold(
            Plan plan, ProfileFold profile, Accumulators accumulators, Absences absences, Sequences sequences) {
        this.plan = plan;
        this.profile = profile;
        this.accumulators = accumulators;
        this.absences = absences;
        this.sequences = sequences;
        this.members = new BitSet();
        this.validUntil = new long[plan.segments().size()];
        Arrays.fill(validUntil, Micros.NEVER);
        this.zone = plan.asksForZone() ? new LeadZone() : null;
        this.calculated = plan.behavioral().length == 0 ? null : new CalculatedAnswers(plan);
        this.watches = plan.isWatching() ? new Watches(plan.thresholds(), plan.watchesPattern()) : null;
    }

    SubjectFold copy() {
        SubjectFold copy = under(plan);
        copy.members.or(members);
        System.arraycopy(validUntil, 0, copy.validUntil, 0, validUntil.length);
        copy.keys = keys;
        return copy;
    }

    /** A copy under a plan of the same shape; its memberships have to be evaluated. */
    SubjectFold under(Plan other) {
        SubjectFold copy = new SubjectFold(
                other,
                profile.copy(),
                accumulators.copy(),
                absences.copy(other.absences()),
                sequences.copy(other.sequences()));
        copy.zone = zone == null ? null : zone.copy();
        copy.watches = watches == null ? null : watches.copy(other.thresholds());
        copy.calculated = calculated == null ? null : calculated.copy(other);
        copy.last = last();
        copy.events = events;
        copy.visibleUntil = visibleUntil;
        return copy;
    }

    Plan plan() {
        return plan;
    }

    /** The last event folded, or null before the first. */
    @Nullable
    EventKey last() {
        if (newest != null) {
            last = newest.key();
            newest = null;
        }
        return last;
    }

    long events() {
        return events;
    }

    /** The first instant at which a folded event passes its retention and the fold must be made anew (S7). */
    long visibleUntil() {
        return visibleUntil;
    }

    BitSet members() {
        return members;
    }

    Absences absences() {
        return absences;
    }

    Sequences sequences() {
        return sequences;
    }

    /** What conditions may read at an instant; good until the next event or evaluation. */
    ProfileFacts facts(long now) {
        ProfileFacts known = facts;
        if (known == null || known.now() != now) {
            known = profile.at(now, keys);
            facts = known;
        }
        return known;
    }

    ProfileFold profile() {
        return profile;
    }

    Set<String> keys() {
        return keys;
    }

    @Nullable
    Watches watches() {
        return watches;
    }

    /** The first instant at which time alone changes what triggers watch. */
    long nextWatch() {
        return watches == null ? Micros.NEVER : watches.next();
    }

    /** Ends what has waited, and takes in what time alone changes of what triggers watch, up to an instant, unheard. */
    void passUntil(long instant) {
        absences.mature(instant, UNHEARD);
        if (watches != null) {
            watches.advance(profile, instant);
        }
    }

    /** The zone in which the subject lives. */
    ZoneId zone() {
        ZoneId fallback = plan.settings().zone();
        return zone == null ? fallback : zone.orElse(fallback);
    }

    /** Folds the next event; the places of segments that it may change are set. */
    void apply(EventView event, BitSet affected, Absences.Listener prevented) {
        if (calculated != null) {
            calculated.before(event.micros(), events == 0 ? null : known());
        }
        if (watches != null) {
            watches.advance(profile, event.micros() - 1);
        }
        profile.apply(event);
        if (watches != null) {
            watches.look(profile, event.micros());
        }
        plan.evaluator().apply(event, accumulators, affected);
        absences.apply(event, prevented);
        advance(event);
        if (zone != null) {
            zone.apply(event);
        }
        newest = event;
        events++;
        facts = null;
        visibleUntil = Math.min(visibleUntil, plan.settings().retention().expiresAt(event));
    }

    /** Goes on in the sequences that triggers wait for; one with a negated last step begins to wait behind the last event that it wants. */
    private void advance(EventView event) {
        sequences.apply(event);
        BitSet completed = sequences.completed();
        for (int i = completed.nextSetBit(0); i >= 0; i = completed.nextSetBit(i + 1)) {
            SequenceRule rule = sequences.rules().get(i);
            if (rule.waits() && rule.trigger().admits(event)) {
                absences.begin(rule, event);
            }
        }
    }

    /**
     * Folds events that were decided before, without asking who is a member.
     *
     * @param visibleAt events that are past their retention at this instant are left out
     * @param waitingAt what has waited long enough at this instant is forgotten
     */
    void replay(
            List<? extends EventView> history,
            int from,
            int to,
            long visibleAt,
            long waitingAt,
            Checkpoints.Builder checkpoints) {
        BitSet ignored = new BitSet();
        checkpoints.expect(events + to - from);
        for (int i = from; i < to; i++) {
            EventView event = history.get(i);
            if (plan.settings().retention().expiresAt(event) > visibleAt) {
                absences.mature(event.micros() - 1, UNHEARD);
                apply(event, ignored, UNHEARD);
                checkpoints.offer(this);
            }
        }
        passUntil(waitingAt);
    }

    /** Takes over who was a member by another fold of the same plan; every answer is to be asked anew. */
    void standAs(SubjectFold other) {
        members.clear();
        members.or(other.members);
        keys = other.keys;
        facts = null;
        Arrays.fill(validUntil, Micros.ALWAYS);
    }

    /** Nobody is a member of anything any more: the subject has gone over into another. */
    void dissolve() {
        members.clear();
        keys = Set.of();
        facts = null;
        Arrays.fill(validUntil, Micros.NEVER);
    }

    /** The first instant at which time alone may change a membership. */
    long nextFlip() {
        long next = Micros.NEVER;
        for (long until : validUntil) {
            next = Math.min(next, until);
        }
        return next;
    }

    /** The first instant at which time alone may change a membership of some segments. */
    long nextFlip(BitSet segments) {
        long next = Micros.NEVER;
        for (int i = segments.nextSetBit(0); i >= 0; i = segments.nextSetBit(i + 1)) {
            next = Math.min(next, validUntil[i]);
        }
        return next;
    }

    boolean mayFlip(int segment, long now) {
        return validUntil[segment] <= now;
    }

    /**
     * Evaluates one segment behind all events of an instant.
     *
     * @return true if the membership changed
     */
    boolean evaluate(int segment, long now) {
        return evaluate(segment, now, true);
    }

    /**
     * Evaluates one segment. If its membership changed, those that refer to it are to be asked anew at this instant (S15).
     *
     * @param settled whether all events of the instant are folded; expiries wait until they are (S3)
     * @return true if the membership changed
     */
    boolean evaluate(int segment, long now, boolean settled) {
        Verdict verdict = verdict(segment, now, settled);
        validUntil[segment] = verdict.validUntil();
        if (members.get(segment) == verdict.matches()) {
            return false;
        }
        BitSet dependants = plan.evaluator().dependants(segment);
        for (int i = dependants.nextSetBit(0); i >= 0; i = dependants.nextSetBit(i + 1)) {
            validUntil[i] = Micros.ALWAYS;
        }
        members.set(segment, verdict.matches());
        Set<String> changed = new TreeSet<>();
        List<Segment> segments = plan.segments();
        members.stream()
                .filter(place -> !plan.versions().isApart(place))
                .forEach(place -> changed.add(segments.get(place).key()));
        keys = Collections.unmodifiableSet(changed);
        facts = null;
        return true;
    }

    /** Whether the subject is in a segment, and until when at the least; nothing changes by asking. */
    Verdict verdict(int segment, long now) {
        return verdict(segment, now, true);
    }

    private Verdict verdict(int segment, long now, boolean settled) {
        // Of whom nothing is visible nothing is known: neither a session that went over into a lead, nor somebody whose
        // events are all past their retention, is in a segment, whatever its criteria say of an empty timeline.
        if (events == 0) {
            return Verdict.constant(Truth.FALSE);
        }
        return calculated != null && plan.segments().get(segment).isBehavioral()
                ? calculated.verdict(segment, now, settled, known())
                : plan.evaluator().evaluate(segment, accumulators, facts(now), settled, members);
    }

    private CalculatedAnswers.Known known() {
        return new CalculatedAnswers.Known(accumulators, instant -> profile.at(instant, keys), lastMicros());
    }

    private long lastMicros() {
        if (newest != null) {
            return newest.micros();
        }
        return last == null ? Micros.ALWAYS : last.micros();
    }

    /** Whether the criteria of a segment name the subject now, whatever was calculated before and whatever the host has said. */
    boolean meetsCriteria(int segment, long now) {
        return events > 0
                && new CalculatedAnswers(plan).criteria(segment, now, known()).matches();
    }

    /** Whether what calculations said is what the plan asks for; if not, the timeline has to be folded anew. */
    boolean fitsCalculations() {
        return calculated == null || calculated.fit(lastMicros());
    }

    /** Why {@link #verdict} answers what it does. */
    Explanation explain(int segment, long now, List<? extends EventView> visible) {
        return explain(segment, now, plan.evaluator().explain(segment, accumulators, facts(now), members, visible));
    }

    /** Why the criteria of a segment answer what they do, whatever the host has said. */
    Explanation explainCriteria(int segment, long now, List<? extends EventView> visible) {
        return explain(
                segment, now, plan.evaluator().explainCriteria(segment, accumulators, facts(now), members, visible));
    }

    /** Whether the host has said whether the subject is a member. */
    boolean isSaid(int segment) {
        return plan.evaluator().said(segment, accumulators) != null;
    }

    private Explanation explain(int segment, long now, Explanation criteria) {
        if (events > 0) {
            return criteria;
        }
        Reading reading = Reading.of(
                        "visible events",
                        SeenCount.of(0),
                        value -> Truth.of(SeenCount.from(value).certain() > 0))
                .or(List.of(SeenCount.of(1)))
                .measuredBy(value -> SeenCount.from(value).certain());
        return Explanation.joined(
                true,
                verdict(segment, now),
                List.of(
                        Explanation.leaf(
                                Verdict.constant(Truth.FALSE), "at least one visible event", reading, List.of()),
                        criteria));
    }

    void evaluateAll(long now) {
        for (int i = 0; i < validUntil.length; i++) {
            evaluate(i, now);
        }
    }

    long weight() {
        return 200
                + profile.weight()
                + accumulators.weight()
                + absences.weight()
                + sequences.weight()
                + 8L * validUntil.length
                + (calculated == null ? 0 : calculated.weight())
                + (watches == null ? 0 : watches.weight());
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        out.writeLong(plan.shape());
        out.writeLong(events);
        out.writeLong(visibleUntil);
        EventKey key = last();
        out.writeBoolean(key != null);
        if (key != null) {
            out.writeLong(key.micros());
            out.writeLong(key.sequence());
            out.writeLong(key.id().getMostSignificantBits());
            out.writeLong(key.id().getLeastSignificantBits());
        }
        profile.writeTo(out);
        accumulators.writeTo(out);
        absences.writeTo(out);
        sequences.writeTo(out);
        if (zone != null) {
            zone.writeTo(out);
        }
        if (watches != null) {
            watches.writeTo(out);
        }
        if (calculated != null) {
            calculated.writeTo(out);
        }
    }

    /** The number of events in a written fold, of whatever plan. */
    static long events(byte[] written) {
        return ByteBuffer.wrap(written).getLong(Byte.BYTES + Long.BYTES);
    }

    /** The shape of the plan of a written fold. */
    static long shape(byte[] written) {
        return ByteBuffer.wrap(written).getLong(Byte.BYTES);
    }

    /** The last event of a written fold, of whatever plan; null before the first. */
    static @Nullable EventKey last(byte[] written) {
        ByteBuffer in = ByteBuffer.wrap(written).position(Byte.BYTES + 3 * Long.BYTES);
        return in.get() == 0 ? null : new EventKey(in.getLong(), in.getLong(), new UUID(in.getLong(), in.getLong()));
    }

    /** Reads a fold; null if it was written under a plan of another shape, or before a calculation that it should know of. */
    static @Nullable SubjectFold readFrom(DataInput in, Plan plan) throws IOException {
        byte format = in.readByte();
        if (format != FORMAT || in.readLong() != plan.shape()) {
            return null;
        }
        long events = in.readLong();
        long visibleUntil = in.readLong();
        EventKey last = in.readBoolean()
                ? new EventKey(in.readLong(), in.readLong(), new UUID(in.readLong(), in.readLong()))
                : null;
        ProfileFold profile = ProfileFold.readFrom(in, plan.settings().scoring());
        Accumulators accumulators = plan.evaluator().readAccumulators(in);
        Absences absences = Absences.readFrom(in, plan.absences());
        SubjectFold fold =
                new SubjectFold(plan, profile, accumulators, absences, Sequences.readFrom(in, plan.sequences()));
        fold.events = events;
        fold.visibleUntil = visibleUntil;
        fold.last = last;
        if (plan.asksForZone()) {
            fold.zone = LeadZone.readFrom(in);
        }
        if (plan.isWatching()) {
            fold.watches = Watches.readFrom(in, plan.thresholds(), plan.watchesPattern());
        }
        if (fold.calculated != null) {
            fold.calculated.readFrom(in);
        }
        return fold.fitsCalculations() ? fold : null;
    }

    /** The members' ids, for tests of equality. */
    List<UUID> memberIds() {
        List<UUID> ids = new ArrayList<>();
        members.stream().forEach(place -> ids.add(plan.segments().get(place).id()));
        return ids;
    }
}
