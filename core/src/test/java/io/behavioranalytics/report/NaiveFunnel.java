package io.behavioranalytics.report;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A funnel by the words of its definition: every way through the steps is tried. */
final class NaiveFunnel {
    private final Funnel funnel;
    private final Instant asOf;
    private final int steps;
    private final List<Integer> required = new ArrayList<>();

    NaiveFunnel(Funnel funnel, Instant asOf) {
        this.funnel = funnel;
        this.asOf = asOf;
        steps = funnel.steps().size();
        for (int k = 0; k < steps; k++) {
            if (!funnel.steps().get(k).optional()) {
                required.add(k);
            }
        }
    }

    /** An attempt: for each step its event or null, and the events that it chose from. */
    static final class Way {
        private final @Nullable BehaviorEvent[] at;
        private final int depth;
        private final List<BehaviorEvent> among;
        private final int[] places;

        Way(@Nullable BehaviorEvent[] at, int depth, List<BehaviorEvent> among, int[] places) {
            this.at = at;
            this.depth = depth;
            this.among = among;
            this.places = places;
        }

        BehaviorEvent start() {
            return Objects.requireNonNull(at[0]);
        }

        @Nullable
        BehaviorEvent[] at() {
            return at;
        }

        int depth() {
            return depth;
        }

        List<BehaviorEvent> among() {
            return among;
        }

        int[] places() {
            return places;
        }
    }

    static boolean fits(EventChoice selector, BehaviorEvent event) {
        return (selector.types().isEmpty() || selector.types().contains(event.type()))
                && selector.where().stream()
                        .allMatch(condition -> CompiledCondition.compile(condition, Scope.EVENT, "", new ArrayList<>())
                                        .test(event, null)
                                == Truth.TRUE);
    }

    private boolean fits(int step, BehaviorEvent event, List<BehaviorEvent> all) {
        EventChoice selector = funnel.steps().get(step).event();
        if (!fits(selector, event)) {
            return false;
        }
        return !funnel.steps().get(step).firstEver()
                || all.stream()
                        .filter(other -> fits(selector, other))
                        .findFirst()
                        .orElseThrow()
                        .equals(event);
    }

    private List<Object> values(BehaviorEvent event) {
        return funnel.holding().stream()
                .map(field -> (Object) String.valueOf(event.properties().get(field.substring("properties.".length()))))
                .toList();
    }

    /** The attempts that are counted, of one subject. */
    List<Way> counted(List<BehaviorEvent> all) {
        List<Way> counted = new ArrayList<>();
        for (List<BehaviorEvent> unit : units(all)) {
            List<Way> best = new ArrayList<>();
            for (List<BehaviorEvent> part : parts(unit)) {
                if (funnel.counting() == Funnel.Counting.TOTALS) {
                    counted.addAll(totals(unit, part, all));
                } else {
                    for (BehaviorEvent start : part) {
                        Way way = attempt(start, unit, part, all);
                        if (way != null) {
                            best.add(way);
                        }
                    }
                }
            }
            best.stream()
                    .min(Comparator.comparingInt((Way way) -> -way.depth())
                            .thenComparing(way -> unit.indexOf(way.start())))
                    .ifPresent(counted::add);
        }
        return counted;
    }

    private List<List<BehaviorEvent>> units(List<BehaviorEvent> all) {
        List<List<BehaviorEvent>> units = visits(all);
        if (funnel.ties() == Funnel.Ties.BY_STEP) {
            units = units.stream()
                    .map(unit -> unit.stream()
                            .sorted(Comparator.comparing(BehaviorEvent::timestamp)
                                    .thenComparingInt(event -> firstStep(event, all)))
                            .toList())
                    .toList();
        }
        return units;
    }

    /** The first step that an event fits, behind all if it fits none. */
    private int firstStep(BehaviorEvent event, List<BehaviorEvent> all) {
        for (int k = 0; k < steps; k++) {
            if (fits(k, event, all)) {
                return k;
            }
        }
        return steps;
    }

    private List<List<BehaviorEvent>> visits(List<BehaviorEvent> all) {
        if (funnel.counting() != Funnel.Counting.VISITS) {
            return List.of(all);
        }
        List<List<BehaviorEvent>> visits = new ArrayList<>();
        Map<String, List<BehaviorEvent>> open = new HashMap<>();
        for (BehaviorEvent event : all) {
            String session = Objects.requireNonNull(event.sessionId());
            List<BehaviorEvent> visit = open.get(session);
            if (visit == null
                    || Duration.between(visit.get(visit.size() - 1).timestamp(), event.timestamp())
                                    .compareTo(Duration.ofMinutes(30))
                            > 0) {
                visit = new ArrayList<>();
                visits.add(visit);
                open.put(session, visit);
            }
            visit.add(event);
        }
        return visits;
    }

    /** Events of one held value; events that lack one are in none. */
    private List<List<BehaviorEvent>> parts(List<BehaviorEvent> unit) {
        if (funnel.holding().isEmpty()) {
            return List.of(unit);
        }
        Map<List<Object>, List<BehaviorEvent>> parts = new HashMap<>();
        for (BehaviorEvent event : unit) {
            if (!values(event).contains("null")) {
                parts.computeIfAbsent(values(event), value -> new ArrayList<>()).add(event);
            }
        }
        return List.copyOf(parts.values());
    }

    private List<Way> totals(List<BehaviorEvent> unit, List<BehaviorEvent> part, List<BehaviorEvent> all) {
        List<Way> counted = new ArrayList<>();
        int i = 0;
        while (i < part.size()) {
            if (!isStart(part.get(i), all)) {
                i++;
                continue;
            }
            Way way = attempt(part.get(i), unit, part, all);
            if (way == null) {
                i = voidedAt(part, i, unit, all) + 1;
            } else {
                counted.add(way);
                if (way.depth() == required.size()) {
                    i = Arrays.stream(way.places()).max().orElseThrow() + 1;
                } else {
                    BehaviorEvent start = part.get(i);
                    Instant end = start.timestamp().plus(funnel.window());
                    Integer most = funnel.windowEvents();
                    while (i < part.size()
                            && !part.get(i).timestamp().isAfter(end)
                            && (most == null || unit.indexOf(part.get(i)) - unit.indexOf(start) <= most)) {
                        i++;
                    }
                }
            }
        }
        return counted;
    }

    /** The first event with which, were it the last of all, the attempt would be void, and from which on it stays so. */
    private int voidedAt(List<BehaviorEvent> part, int start, List<BehaviorEvent> unit, List<BehaviorEvent> all) {
        int at = part.size() - 1;
        while (at > start && attempt(part.get(start), unit, part.subList(0, at), all) == null) {
            at--;
        }
        return at;
    }

    private boolean isStart(BehaviorEvent event, List<BehaviorEvent> all) {
        Instant from = funnel.filter().from();
        Instant to = funnel.filter().to();
        boolean fits = funnel.order() == Funnel.Order.ANY
                ? required.stream().anyMatch(step -> fits(step, event, all))
                : fits(0, event, all);
        return fits
                && (from == null || !event.timestamp().isBefore(from))
                && (to == null || event.timestamp().isBefore(to));
    }

    /** The attempt of a start, or null if there is none or it is void. */
    private @Nullable Way attempt(
            BehaviorEvent start, List<BehaviorEvent> unit, List<BehaviorEvent> part, List<BehaviorEvent> all) {
        if (!isStart(start, all)) {
            return null;
        }
        Instant end = start.timestamp().plus(funnel.window());
        List<BehaviorEvent> window = new ArrayList<>();
        for (BehaviorEvent event : part.subList(part.indexOf(start), part.size())) {
            Integer most = funnel.windowEvents();
            if (!event.timestamp().isAfter(end)
                    && (most == null || unit.indexOf(event) - unit.indexOf(start) <= most)) {
                window.add(event);
            }
        }
        int offset = part.indexOf(start);
        return switch (funnel.order()) {
            case ORDERED -> ordered(window, part, all, offset);
            case STRICT -> strict(window, unit, part, all, offset);
            case ANY -> any(window, part, all, offset);
        };
    }

    private @Nullable Way ordered(
            List<BehaviorEvent> window, List<BehaviorEvent> part, List<BehaviorEvent> all, int offset) {
        List<int[]> ways = new ArrayList<>();
        extend(new int[] {0}, window, all, ways);
        return ways.stream()
                .filter(way -> !isVoid(way, window))
                .min(Comparator.comparingInt((int[] way) -> -way.length)
                        .thenComparingInt(way -> way[way.length - 1])
                        .thenComparing(Arrays::compare))
                .map(way -> {
                    int[] places = new int[steps];
                    Arrays.fill(places, -1);
                    for (int i = 0; i < way.length; i++) {
                        places[required.get(i)] = way[i];
                    }
                    for (int k = 1; k < steps; k++) {
                        if (!required.contains(k)) {
                            int before = k - 1;
                            while (places[before] < 0 && !required.contains(before)) {
                                before--;
                            }
                            int after = k + 1;
                            while (!required.contains(after)) {
                                after++;
                            }
                            int to = places[after] < 0 ? window.size() : places[after];
                            for (int i = places[before] < 0 ? to : places[before] + 1; i < to; i++) {
                                if (places[k] < 0 && fits(k, window.get(i), all)) {
                                    places[k] = i;
                                }
                            }
                        }
                    }
                    return way(places, way.length, window, part, offset);
                })
                .orElse(null);
    }

    /** All ways that cannot be carried on. */
    private void extend(int[] way, List<BehaviorEvent> window, List<BehaviorEvent> all, List<int[]> ways) {
        boolean more = false;
        if (way.length < required.size()) {
            for (int i = way[way.length - 1] + 1; i < window.size(); i++) {
                if (fits(required.get(way.length), window.get(i), all)) {
                    int[] longer = Arrays.copyOf(way, way.length + 1);
                    longer[way.length] = i;
                    extend(longer, window, all, ways);
                    more = true;
                }
            }
        }
        if (!more) {
            ways.add(way);
        }
    }

    /** Whether an exclusion lies between its steps, or behind the first of them until the end if the second is not reached. */
    private boolean isVoid(int[] way, List<BehaviorEvent> window) {
        for (Funnel.Exclusion exclusion : funnel.exclusions()) {
            int from = required.indexOf(exclusion.fromStep() - 1);
            int to = required.indexOf(exclusion.toStep() - 1);
            if (from < way.length) {
                int end = to < way.length ? way[to] : window.size();
                for (int i = way[from] + 1; i < end; i++) {
                    if (fits(exclusion.event(), window.get(i))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private @Nullable Way strict(
            List<BehaviorEvent> window,
            List<BehaviorEvent> unit,
            List<BehaviorEvent> part,
            List<BehaviorEvent> all,
            int offset) {
        List<int[]> ways = new ArrayList<>();
        int[] first = new int[steps];
        Arrays.fill(first, -1);
        first[0] = 0;
        strictly(first, 0, 0, window, unit, all, ways::add);
        // Deepest, then through the most steps, then through the latest, looked at from the end.
        int[] best = ways.stream()
                .max(Comparator.comparingInt(this::depth)
                        .thenComparingInt(places -> stepsOf(places).size())
                        .thenComparing(this::stepsOf, NaiveFunnel::compareFromTheEnd))
                .orElseThrow();
        Way found = way(best, depth(best), window, part, offset);
        int[] reached = required.stream()
                .mapToInt(k -> found.places()[k])
                .filter(place -> place >= 0)
                .map(place -> place - offset)
                .toArray();
        return isVoid(reached, window) ? null : found;
    }

    private int depth(int[] places) {
        return (int) required.stream().filter(k -> places[k] >= 0).count();
    }

    private List<Integer> stepsOf(int[] places) {
        List<Integer> done = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            if (places[k] >= 0) {
                done.add(k);
            }
        }
        return done;
    }

    private static int compareFromTheEnd(List<Integer> one, List<Integer> two) {
        for (int i = one.size() - 1; i >= 0; i--) {
            int order = one.get(i).compareTo(two.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private void strictly(
            int[] places,
            int step,
            int at,
            List<BehaviorEvent> window,
            List<BehaviorEvent> unit,
            List<BehaviorEvent> all,
            java.util.function.Consumer<int[]> out) {
        out.accept(places);
        if (at + 1 >= window.size() || unit.indexOf(window.get(at + 1)) != unit.indexOf(window.get(at)) + 1) {
            return;
        }
        for (int next = step + 1; next < steps; next++) {
            if (fits(next, window.get(at + 1), all)) {
                int[] longer = places.clone();
                longer[next] = at + 1;
                strictly(longer, next, at + 1, window, unit, all, out);
            }
            if (required.contains(next)) {
                return;
            }
        }
    }

    private @Nullable Way any(
            List<BehaviorEvent> window, List<BehaviorEvent> part, List<BehaviorEvent> all, int offset) {
        int[] places = new int[steps];
        Arrays.fill(places, -1);
        int depth = 0;
        for (int i = 0; i < window.size() && depth < steps; i++) {
            int most = most(window.subList(0, i + 1), new boolean[steps], all);
            boolean arrives = most > depth;
            if (arrives) {
                places[depth++] = i;
            }
            for (Funnel.Exclusion exclusion : funnel.exclusions()) {
                // It lies behind so many steps done, and the event that did the last of them is not itself behind it.
                boolean behind = arrives ? depth > exclusion.fromStep() : depth >= exclusion.fromStep();
                if (i > 0 && behind && depth < exclusion.toStep() && fits(exclusion.event(), window.get(i))) {
                    return null;
                }
            }
        }
        return way(places, depth, window, part, offset);
    }

    /** The most steps that can be done with an event each. */
    private int most(List<BehaviorEvent> events, boolean[] done, List<BehaviorEvent> all) {
        if (events.isEmpty()) {
            return 0;
        }
        List<BehaviorEvent> rest = events.subList(1, events.size());
        int most = most(rest, done, all);
        for (int k = 0; k < steps; k++) {
            if (!done[k] && fits(k, events.get(0), all)) {
                done[k] = true;
                most = Math.max(most, 1 + most(rest, done, all));
                done[k] = false;
            }
        }
        return most;
    }

    private Way way(int[] places, int depth, List<BehaviorEvent> window, List<BehaviorEvent> part, int offset) {
        BehaviorEvent[] at = new BehaviorEvent[steps];
        int[] inPart = new int[steps];
        for (int k = 0; k < steps; k++) {
            inPart[k] = places[k] < 0 ? -1 : places[k] + offset;
            at[k] = places[k] < 0 ? null : window.get(places[k]);
        }
        return new Way(at, depth, part, inPart);
    }

    boolean isConverted(Way way) {
        return way.depth() == required.size();
    }

    boolean isOpen(Way way, List<BehaviorEvent> all) {
        if (isConverted(way) || !asOf.isBefore(way.start().timestamp().plus(funnel.window()))) {
            return false;
        }
        List<BehaviorEvent> unit = units(all).stream()
                .filter(events -> events.contains(way.start()))
                .findFirst()
                .orElseThrow();
        if (funnel.counting() == Funnel.Counting.VISITS
                && asOf.isAfter(unit.get(unit.size() - 1).timestamp().plus(Duration.ofMinutes(30)))) {
            return false;
        }
        if (funnel.windowEvents() != null && unit.size() - 1 - unit.indexOf(way.start()) >= funnel.windowEvents()) {
            return false;
        }
        BehaviorEvent last = Arrays.stream(way.at())
                .filter(Objects::nonNull)
                .max(Comparator.comparingInt(unit::indexOf))
                .orElseThrow();
        return funnel.order() != Funnel.Order.STRICT || unit.indexOf(last) == unit.size() - 1;
    }
}
