package io.behavioranalytics;

import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Archive;
import io.behavioranalytics.store.ArchiveException;
import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Upkeep;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a store small and sound, and moves it: purging, verifying, export and restore. Thread-safe; tracking goes on.
 *
 * <p>After {@link BehaviorAnalytics#start()} the loop purges, packs, verifies a sample and refreshes by itself, a small step at a time,
 * every {@link Settings#maintenanceInterval()}. Without it the host calls {@link #purge()} and {@link #refresh()} now and then.
 */
public final class Maintenance {
    /** So many events are deleted, or facts forgotten, by one step. */
    private static final int STEP = 1_000;

    /** The most subjects that a step packs; a database packs fewer if they have many events. */
    private static final int PACKED = 256;

    private static final int PAGE = 1_000;

    private final Store store;
    private final DefinitionsCache definitions;
    private final Verifier verifier;
    private final DefinitionCounts counts;
    private final Counters counters;
    private final InstantSource clock;
    private final Retention kept;
    private final Optional<Duration> factRetention;
    private final long skipLimit;

    Maintenance(
            Store store,
            DefinitionsCache definitions,
            Counters counters,
            InstantSource clock,
            Settings settings,
            Retention retention) {
        this.store = store;
        this.definitions = definitions;
        this.verifier = new Verifier(store, definitions, counters);
        this.counts = new DefinitionCounts(store, definitions, clock);
        this.counters = counters;
        this.clock = clock;
        // A late event may still fire: then it is decided with what was visible at its own instant.
        this.kept = retention.longerBy(settings.triggerMaxEventAge());
        this.factRetention = settings.factRetention();
        this.skipLimit = settings.skipLimit();
    }

    /**
     * Deletes all events that have been past their retention for {@link Settings#triggerMaxEventAge()}, facts older than {@link
     * Settings#factRetention()}, and skips beyond {@link Settings#skipLimit()}. Nothing that can be seen changes by it. Subjects that a commit holds at the moment are left to the
     * next purge.
     *
     * @return what was deleted
     * @throws StoreException if the store cannot be reached; what was deleted until then stays deleted
     */
    public Purge purge() {
        long events = 0;
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        while (!progress.complete()) {
            progress = purgeStep(progress.reached());
            events += progress.events();
        }
        long facts = 0;
        for (long forgotten = forgetStep(); forgotten > 0; forgotten = forgetStep()) {
            facts += forgotten;
        }
        return new Purge(events, facts);
    }

    Upkeep.Progress purgeStep(@Nullable SubjectId after) {
        Upkeep.Progress progress = store.upkeep().purge(kept, clock.instant(), after, STEP);
        counters.purged.add(progress.events());
        return progress;
    }

    long forgetStep() {
        long forgotten = store.upkeep().trimSkips(skipLimit, STEP);
        if (factRetention.isPresent()) {
            forgotten += store.upkeep().forget(clock.instant().minus(factRetention.get()), STEP);
        }
        return forgotten;
    }

    Upkeep.Progress packStep(@Nullable SubjectId after) {
        return store.upkeep().pack(after, PACKED);
    }

    /**
     * Refreshes what the store shows of every segment and trigger: how many are in it and as of when, how often it fired and when last.
     * Nothing in this library reads that; {@link Segments#get} and {@link Triggers#view} ask the facts.
     *
     * @return how many definitions were looked at
     * @throws StoreException if the store cannot be reached; what was refreshed until then stays so
     */
    public int refresh() {
        int refreshed = 0;
        for (UUID reached = refreshStep(null); reached != null; reached = refreshStep(reached)) {
            refreshed++;
        }
        return refreshed;
    }

    /** Refreshes one definition, the one behind another; null if none is left. */
    @Nullable
    UUID refreshStep(@Nullable UUID after) {
        return counts.refreshNext(after);
    }

    /**
     * The hosts that carry out this store's actions now: those that were started, or that called {@link BehaviorAnalytics#runDue()}
     * not long ago.
     *
     * @return each with the types of action that it carries out, by their names
     * @throws StoreException if the store cannot be reached
     */
    public List<Hosts.HostRecord> hosts() {
        return store.hosts().living();
    }

    /**
     * Compares what is stored of a subject with what is computed anew from all its events: profile, accumulators, memberships and
     * the next due instant. Nothing is written. What differs is counted and logged.
     *
     * @param subject who
     * @return whether they are equal
     * @throws StoreException if the store cannot be reached
     */
    public Verification verify(SubjectId subject) {
        return verifier.verify(subject);
    }

    /**
     * Verifies subjects chosen by chance, each as likely as any other. Reads the ids of all subjects.
     *
     * @param sample how many, 0 or more
     * @param random chooses them; a seeded one chooses the same ones again
     * @return what differs
     * @throws IllegalArgumentException if the sample is negative
     * @throws StoreException if the store cannot be reached
     */
    public SelfCheck selfCheck(int sample, RandomGenerator random) {
        if (sample < 0) {
            throw new IllegalArgumentException("sample must not be negative: " + sample);
        }
        List<SubjectId> chosen = new ArrayList<>();
        long seen = 0;
        for (List<SubjectId> page = decided(null, PAGE); !page.isEmpty(); page = decided(last(page), PAGE)) {
            for (SubjectId subject : page) {
                seen++;
                if (chosen.size() < sample) {
                    chosen.add(subject);
                } else if (sample > 0) {
                    long place = random.nextLong(seen);
                    if (place < sample) {
                        chosen.set((int) place, subject);
                    }
                }
            }
        }
        chosen.sort(Comparator.naturalOrder());
        return check(chosen);
    }

    /** Subjects of which something was decided, in their order. */
    List<SubjectId> decided(@Nullable SubjectId after, int limit) {
        return store.subjects().decidedBefore(Long.MAX_VALUE, after, limit);
    }

    private static SubjectId last(List<SubjectId> page) {
        return page.get(page.size() - 1);
    }

    SelfCheck check(List<SubjectId> subjects) {
        List<Verification> wrong = new ArrayList<>();
        for (SubjectId subject : subjects) {
            Verification verification = verifier.verify(subject);
            if (verification.isWrong()) {
                wrong.add(verification);
            }
        }
        return new SelfCheck(subjects.size(), wrong);
    }

    /**
     * Writes everything that the store keeps, as of one instant, while tracking goes on.
     *
     * @param out where to: JSON Lines; flushed, not closed
     * @return how many records of each kind were written; {@code damaged} those that cannot be read, and are listed instead
     * @throws IOException if writing failed; what was written is refused by {@link #restore} then
     * @throws StoreException if the store failed; the same holds
     * @see Archive
     */
    public Map<String, Long> export(OutputStream out) throws IOException {
        return Archive.write(store, out);
    }

    /**
     * Puts everything that was exported into this store, which must be empty. Nobody may track into the store meanwhile. If it
     * fails, the store is as empty as before.
     *
     * @param in what {@link #export} wrote; read to its end, not closed
     * @return how many records of each kind were restored; {@code damaged} those that the archive lists as lost
     * @throws IOException if reading failed
     * @throws ArchiveException if the archive is cut, damaged or of an unknown format; it names the line
     * @throws IllegalStateException if the store is not empty
     * @throws StoreException if the store failed
     */
    public Map<String, Long> restore(InputStream in) throws IOException {
        Map<String, Long> restored = Archive.read(store, in);
        definitions.newest();
        return restored;
    }
}
