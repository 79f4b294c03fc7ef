package io.behavioranalytics.report;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.report.Funnel.Attribution;
import io.behavioranalytics.report.Funnel.Counting;
import io.behavioranalytics.report.Funnel.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the attempts at a {@link Funnel} that count, subject by subject. Not thread-safe. */
final class FunnelAttempts {
    /** Takes the attempts that count. */
    interface Sink {
        /**
         * Takes one.
         *
         * @param at when each step was done, {@link Micros#NEVER} for one that was not
         * @param values of the breakdown, empty if there is none
         */
        void count(SubjectId subject, long[] at, boolean converted, boolean open, List<@Nullable String> values);
    }

    private final Funnel funnel;
    private final int steps;
    private final long asOf;
    private final SelectorMasks masks;

    /** The steps that only the first event counts for that fits. */
    private final long once;

    private final int stepBits;

    /** Whether events that mean nothing have to be at their places. */
    private final boolean all;

    private final AttemptSearch search;
    private final LatestStart latest;
    private final List<EventProperty> held;
    private final List<EventProperty> split;
    private final Visits visits;
    private final Sink sink;

    private final FunnelEvents unit = new FunnelEvents();

    /** For each event of the subject the steps and exclusions that it fits, each first-ever step at most once. */
    private long[] fits = new long[64];

    FunnelAttempts(Funnel funnel, ReportTerms terms, Sink sink) {
        this.funnel = funnel;
        this.steps = funnel.steps().size();
        this.asOf = Micros.of(terms.asOf());
        this.masks = new SelectorMasks(Stream.concat(
                        funnel.steps().stream().map(Funnel.Step::event),
                        funnel.exclusions().stream().map(Funnel.Exclusion::event))
                .toList());
        long firstEver = 0;
        for (int k = 0; k < steps; k++) {
            firstEver |= funnel.steps().get(k).firstEver() ? 1L << k : 0;
        }
        this.once = firstEver;
        this.stepBits = (1 << steps) - 1;
        this.all = funnel.order() == Funnel.Order.STRICT
                || funnel.strictness().contains(Funnel.Strictness.ORDER)
                // Events of one instant that mean nothing stand behind those that do.
                || (funnel.ties() == Funnel.Ties.BY_STEP && funnel.windowEvents() != null);
        this.search = AttemptSearch.of(funnel);
        this.latest = new LatestStart(funnel);
        this.held = properties(funnel.holding());
        Funnel.Breakdown breakdown = funnel.breakdown();
        this.split = breakdown == null ? List.of() : properties(breakdown.fields());
        this.visits = new Visits(terms.sessionTimeout());
        this.sink = sink;
    }

    private static List<EventProperty> properties(List<String> fields) {
        return fields.stream()
                .map(field -> EventProperty.of(field, "", new ArrayList<>()))
                .toList();
    }

    /** Finds those of a subject. */
    void accumulate(SubjectHistory history) {
        if (funnel.counting() == Counting.VISITS) {
            fit(history);
            visits.read(history);
            int[][] byVisit = byVisit(history);
            for (int visit = 0; visit < byVisit.length; visit++) {
                unit.begin();
                long any = 0;
                int[] places = byVisit[visit];
                for (int rank = 0; rank < places.length; rank++) {
                    any |= add(history, places[rank], fits[places[rank]], rank);
                }
                answer(history, any, places.length - 1, visits.openUntil(visit));
            }
        } else {
            unit.begin();
            long gone = 0;
            long any = 0;
            int size = history.size();
            int found = all ? size : masks.find(history);
            for (int number = 0; number < found; number++) {
                int i = all ? number : masks.place(number);
                long mask = masks.of(history, i);
                if (mask != 0 || all) {
                    any |= add(history, i, mask & ~gone, i);
                    gone |= mask & once;
                }
            }
            answer(history, any, size - 1, Micros.NEVER);
        }
    }

    private long add(SubjectHistory history, int index, long fit, int rank) {
        if (fit != 0 || all) {
            unit.add(history.micros(index), (int) fit & stepBits, (int) (fit >>> steps), index, rank);
        }
        return fit;
    }

    private void fit(SubjectHistory history) {
        int size = history.size();
        if (fits.length < size) {
            fits = new long[size * 2];
        }
        long gone = 0;
        for (int i = 0; i < size; i++) {
            long mask = masks.of(history, i);
            fits[i] = mask & ~gone;
            gone |= mask & once;
        }
    }

    private int[][] byVisit(SubjectHistory history) {
        int[] sizes = new int[visits.count()];
        for (int i = 0; i < history.size(); i++) {
            sizes[visits.visit(i)]++;
        }
        int[][] byVisit = new int[sizes.length][];
        for (int v = 0; v < sizes.length; v++) {
            byVisit[v] = new int[sizes[v]];
        }
        Arrays.fill(sizes, 0);
        for (int i = 0; i < history.size(); i++) {
            int v = visits.visit(i);
            byVisit[v][sizes[v]++] = i;
        }
        return byVisit;
    }

    /** Answers for a subject, or for one visit of it, whose events the unit holds. */
    private void answer(SubjectHistory history, long any, int lastRank, long openUntil) {
        if ((any & stepBits) == 0) {
            return;
        }
        unit.end(lastRank, openUntil);
        if (funnel.ties() == Funnel.Ties.BY_STEP) {
            unit.sortTiesByStep();
        }
        if (held.isEmpty()) {
            answer(history, List.of(unit));
        } else {
            answer(history, heldParts(history));
        }
    }

    private List<FunnelEvents> heldParts(SubjectHistory history) {
        Map<List<String>, FunnelEvents> byValue = new LinkedHashMap<>();
        next:
        for (int i = 0; i < unit.size(); i++) {
            EventView event = history.view(unit.source(i));
            List<String> values = new ArrayList<>(held.size());
            for (EventProperty property : held) {
                String value = property.of(event);
                if (value == null) {
                    continue next;
                }
                values.add(value);
            }
            byValue.computeIfAbsent(values, value -> new FunnelEvents()).add(unit, i);
        }
        byValue.values().forEach(events -> events.end(unit.lastRank(), unit.openUntil()));
        return List.copyOf(byValue.values());
    }

    private void answer(SubjectHistory history, List<FunnelEvents> parts) {
        if (funnel.counting() == Counting.TOTALS) {
            parts.forEach(events -> countAll(history, events));
            return;
        }
        FunnelEvents of = null;
        Attempt best = null;
        for (FunnelEvents events : parts) {
            Attempt found = funnel.selection() == Selection.LATEST_START ? latest.attempt(events) : best(events);
            if (found != null && (best == null || of == null || isBetter(events, found, of, best))) {
                best = found;
                of = events;
            }
        }
        if (best != null && of != null) {
            count(history, of, best);
        }
    }

    private static boolean isBetter(FunnelEvents events, Attempt found, FunnelEvents of, Attempt best) {
        return found.depth() > best.depth()
                || (found.depth() == best.depth() && events.rank(found.start()) < of.rank(best.start()));
    }

    private @Nullable Attempt best(FunnelEvents events) {
        search.search(events);
        return search.best();
    }

    /** Begins anew when an attempt converted, timed out or was voided. */
    private void countAll(SubjectHistory history, FunnelEvents events) {
        search.search(events);
        int i = 0;
        while (i < events.size()) {
            if (!search.isStart(i)) {
                i++;
                continue;
            }
            Attempt found = search.attempt(i);
            if (found == null) {
                i = search.voidedAt + 1;
            } else {
                count(history, events, found);
                if (found.depth() == search.depth()) {
                    i = found.last() + 1;
                } else {
                    i = search.limit(i);
                }
            }
        }
    }

    private void count(SubjectHistory history, FunnelEvents events, Attempt attempt) {
        long[] at = new long[steps];
        for (int k = 0; k < steps; k++) {
            int place = attempt.place(k);
            at[k] = place < 0 ? Micros.NEVER : events.micros(place);
        }
        boolean converted = attempt.depth() == search.depth();
        boolean open;
        if (funnel.selection() == Selection.LATEST_START) {
            open = !converted && asOf < search.windowEnd(at[0]);
        } else {
            open = search.isOpen(events, attempt, asOf);
        }
        sink.count(history.subject(), at, converted, open, values(history, events, attempt));
    }

    private List<@Nullable String> values(SubjectHistory history, FunnelEvents events, Attempt attempt) {
        List<@Nullable String> values = new ArrayList<>(split.size());
        Funnel.Breakdown breakdown = funnel.breakdown();
        if (breakdown == null) {
            return values;
        }
        int[] order = attempt.inOrder();
        for (EventProperty property : split) {
            String value = null;
            if (breakdown.attribution() == Attribution.STEP) {
                int place = attempt.place(breakdown.step() - 1);
                value = place < 0 ? null : property.of(history.view(events.source(place)));
            } else {
                for (int i = 0; i < order.length && value == null; i++) {
                    int place = breakdown.attribution() == Attribution.FIRST ? order[i] : order[order.length - 1 - i];
                    value = property.of(history.view(events.source(place)));
                }
            }
            values.add(value);
        }
        return values;
    }
}
