package io.behavioranalytics;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.Insight;
import io.behavioranalytics.profile.InsightRules;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoreLedger;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a subject, as of now, read from the store. A session that is linked to leads is answered with its own events
 * among theirs. Nothing is written by asking. Thread-safe.
 */
public final class Profiles {
    private static final int READS = 16;

    private final Store store;
    private final SubjectCache cache;
    private final DefinitionsCache definitions;
    private final DecisionSettings settings;
    private final InsightRules insightRules;
    private final InstantSource clock;

    Profiles(
            Store store,
            SubjectCache cache,
            DefinitionsCache definitions,
            DecisionSettings settings,
            InsightRules insightRules,
            InstantSource clock) {
        this.store = store;
        this.cache = cache;
        this.definitions = definitions;
        this.settings = settings;
        this.insightRules = insightRules;
        this.clock = clock;
    }

    /**
     * A subject's profile as of now, with the segments it is in.
     *
     * @param subject whose
     * @return the profile, or empty if nothing is known of the subject
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public Optional<Profile> get(SubjectId subject) {
        SubjectSnapshot snapshot = one(subject, Projection.STATE);
        if (snapshot.isLinkedAt(clock.instant())) {
            return get(subject, new ProfileQuery(null, null, false)).map(ProfileDetail::profile);
        }
        return snapshot.version() == 0 ? Optional.empty() : decided(snapshot);
    }

    /** The profile as of now of a subject that may be known here already, so that nothing may have to be read. */
    Optional<Profile> cached(SubjectId subject) {
        SubjectSnapshot snapshot = cache.load(List.of(subject)).get(subject);
        if (snapshot == null) {
            throw damaged(subject);
        }
        if (snapshot.isLinkedAt(clock.instant())) {
            return get(subject);
        }
        return snapshot.version() == 0 ? Optional.empty() : decided(snapshot);
    }

    /** The profile as of now of a subject that was read with its timeline. */
    Optional<Profile> of(SubjectRecord record, Decider decider, Instant now) {
        return decided(SubjectCache.snapshot(record, Projection.TIMELINE), decider, now)
                .profile();
    }

    /**
     * A subject's profile for a part of its timeline: totals, visits and scores of the range's events alone, as of its end or now,
     * whichever is earlier. Tags and attributes are those of that instant, the segments those of now.
     *
     * @param subject whose
     * @param query which part, and whether with events
     * @return the profile, or empty if nothing is known of the subject
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public Optional<ProfileDetail> get(SubjectId subject, ProfileQuery query) {
        Instant now = clock.instant();
        SubjectSnapshot snapshot = one(subject, Projection.STATE);
        if (snapshot.version() == 0) {
            return Optional.empty();
        }
        Instant end = query.end() == null || query.end().isAfter(now) ? now : query.end();
        long asOf = Micros.of(end);
        ProfileFold fold = new ProfileFold(settings.scoring());
        List<BehaviorEvent> events = new ArrayList<>();
        for (BehaviorEvent event : visible(subject, snapshot, now)) {
            if (query.end() != null && !event.timestamp().isBefore(query.end())) {
                continue;
            }
            boolean inside = query.start() == null || !event.timestamp().isBefore(query.start());
            if (inside || event.category() == Category.SYSTEM) { // tags and attributes stay from before the range
                fold.apply(event);
                if (inside && query.includeEvents()) {
                    events.add(event);
                }
            }
        }
        List<String> segments = decided(snapshot).map(Profile::segments).orElse(List.of());
        return Optional.of(new ProfileDetail(fold.profile(subject, asOf, segments), events));
    }

    /**
     * Where a subject's score comes from, event by event, as of now; the entries sum to the points (S9).
     *
     * @param subject whose
     * @param score which score
     * @return the account, empty entries if nothing is known of the subject
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public ScoreLedger ledger(SubjectId subject, Score score) {
        Instant now = clock.instant();
        SubjectSnapshot snapshot = one(subject, Projection.STATE);
        return ScoreLedger.of(score, visible(subject, snapshot, now), settings.scoring(), Micros.of(now));
    }

    /**
     * What is worth a person's attention about a subject, as of now. Of the timeline no more than the last month is read.
     *
     * @param subject whose
     * @return in the order of {@link Insight.Rule}, each rule at most once; empty if nothing is known of the subject
     * @throws IllegalStateException if what is stored of the subject is damaged
     */
    public List<Insight> insights(SubjectId subject) {
        Instant now = clock.instant();
        long at = Micros.of(now);
        SubjectSnapshot snapshot = one(subject, Projection.STATE);
        if (!snapshot.links().isEmpty()) {
            List<BehaviorEvent> events = visible(subject, snapshot, now);
            ProfileFold fold = new ProfileFold(settings.scoring());
            events.forEach(fold::apply);
            return insightRules.insights(fold, events, at);
        }
        long from = InsightRules.from(new ProfileFold(settings.scoring()), at);
        for (int reads = 0; reads < READS; reads++) {
            SubjectRecord record =
                    store.subjects().load(subject, Micros.toInstant(from)).orElseThrow(() -> damaged(subject));
            Decider decider = definitions.current().decider();
            SubjectSnapshot decided = decided(SubjectCache.snapshot(record, Projection.STATE), decider, now);
            Optional<ProfileFold> fold = decided.profileFold(decider.plan());
            at = Math.max(
                    at, decided.state().map(state -> Micros.of(state.asOf())).orElse(at));
            if (fold.isEmpty() || InsightRules.from(fold.get(), at) >= from) {
                return fold.isEmpty()
                        ? List.of()
                        : insightRules.insights(fold.get(), visible(record.timeline(), at), at);
            }
            from = InsightRules.from(fold.get(), at);
        }
        throw new IllegalStateException("the subject's last event went ever further back");
    }

    private List<EventView> visible(Timeline timeline, long at) {
        List<EventView> events = new ArrayList<>();
        for (int i = 0; i < timeline.size() && timeline.micros(i) <= at; i++) {
            EventView view = timeline.view(i);
            if (settings.retention().expiresAt(view) > at) {
                events.add(view);
            }
        }
        return events;
    }

    /** The profile that a decision without events would bring; it is not committed. */
    private Optional<Profile> decided(SubjectSnapshot snapshot) {
        return decided(snapshot, definitions.current().decider(), clock.instant())
                .profile();
    }

    private SubjectSnapshot decided(SubjectSnapshot snapshot, Decider decider, Instant now) {
        Map<SubjectId, SubjectSnapshot> subjects = new LinkedHashMap<>();
        subjects.put(snapshot.subject(), snapshot);
        for (int reads = 0; reads < READS + 2 * subjects.size(); reads++) {
            Decision decision = decider.decide(subjects, List.of(), Set.of(), now);
            if (decision instanceof Decision.Decided decided) {
                SubjectSnapshot next = decided.next().get(snapshot.subject());
                return next == null ? snapshot : next;
            }
            ((Decision.NeedsHistory) decision).subjects().forEach((id, whole) -> {
                SubjectSnapshot read = one(id, whole ? Projection.TIMELINE : Projection.STATE);
                SubjectSnapshot known = subjects.get(id);
                subjects.put(id, known == null ? read : known.with(read));
            });
        }
        throw new IllegalStateException("a decision asked for more history than there is");
    }

    private SubjectSnapshot one(SubjectId subject, Projection projection) {
        SubjectSnapshot snapshot = cache.read(List.of(subject), projection).get(subject);
        if (snapshot == null) {
            throw damaged(subject);
        }
        return snapshot;
    }

    private static IllegalStateException damaged(SubjectId subject) {
        return new IllegalStateException(
                "the stored " + subject.kind().name().toLowerCase(Locale.ROOT) + " is damaged, the log says how");
    }

    /** The events that are visible now, in order; of a linked session those of its own that stand in its leads' timelines. */
    private List<BehaviorEvent> visible(SubjectId subject, SubjectSnapshot snapshot, Instant now) {
        long at = Micros.of(now);
        boolean linked = snapshot.isLinkedAt(now);
        Set<SubjectId> owners = new LinkedHashSet<>(List.of(subject));
        for (SessionLink link : snapshot.links()) {
            if (!link.isUnlink()) {
                owners.add(SubjectId.lead(link.leadId()));
            }
        }
        List<BehaviorEvent> events = new ArrayList<>();
        for (SubjectRecord owner :
                store.subjects().load(owners, Projection.TIMELINE).values()) {
            Timeline timeline = owner.timeline();
            for (int i = 0; i < timeline.size() && timeline.micros(i) <= at; i++) {
                EventView view = timeline.view(i);
                // What names a lead stays the lead's when the session is unlinked, and what does not may still stand
                // there.
                boolean own = owner.subject().equals(subject)
                        || (subject.value().equals(view.sessionId()) && (linked || view.leadId() == null));
                if (own && settings.retention().expiresAt(view) > at) {
                    events.add(timeline.event(i));
                }
            }
        }
        if (owners.size() > 1) {
            events.sort(Comparator.comparing(BehaviorEvent::key));
        }
        return events;
    }
}
