package io.behavioranalytics;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** From what a caller says to what became of it: normalizes and hands over to the {@link Intake}. */
final class Tracking {
    private final Intake intake;
    private final EventNormalizer normalizer;
    private final InstantSource clock;
    private final EventIds ids;
    private final Counters counters;
    private final int chunk;

    Tracking(
            Intake intake,
            EventNormalizer normalizer,
            InstantSource clock,
            EventIds ids,
            Counters counters,
            Settings settings) {
        this.intake = intake;
        this.normalizer = normalizer;
        this.clock = clock;
        this.ids = ids;
        this.counters = counters;
        this.chunk = Math.min(settings.batchSize(), settings.queueCapacity());
    }

    TrackResult track(TrackRequest request) {
        return track(request, normalize(request, false));
    }

    private TrackResult track(TrackRequest request, BehaviorEvent event) {
        Call call = intake.newCall();
        Ticket ticket = new Ticket(event, request, call, null);
        intake.submit(call, List.of(ticket), false);
        return result(ticket);
    }

    CompletableFuture<TrackResult> trackAsync(TrackRequest request) {
        CompletableFuture<TrackResult> future = new CompletableFuture<>();
        BehaviorEvent event;
        try {
            event = normalize(request, false);
        } catch (InvalidEventException invalid) {
            future.completeExceptionally(invalid);
            return future;
        }
        intake.submit(new Ticket(event, request, null, future));
        return future;
    }

    List<TrackResult> trackAll(List<TrackRequest> requests) {
        List<TrackResult> results = new ArrayList<>(requests.size());
        for (int from = 0; from < requests.size(); from += chunk) {
            results.addAll(many(requests.subList(from, Math.min(from + chunk, requests.size())), false));
        }
        return List.copyOf(results);
    }

    List<TrackResult> trackJson(byte[] json) {
        List<TrackRequest> requests;
        try {
            requests = isArray(json) ? TrackRequest.listFromJson(json) : List.of(TrackRequest.fromJson(json));
        } catch (InvalidEventException unreadable) {
            counters.invalid.increment();
            return List.of(invalid(null, unreadable));
        }
        return trackAll(requests);
    }

    private static boolean isArray(byte[] json) {
        for (byte next : json) {
            if (next != ' ' && next != '\t' && next != '\r' && next != '\n') {
                return next == '[';
            }
        }
        return false;
    }

    private static TrackResult invalid(@Nullable UUID id, InvalidEventException refusal) {
        return TrackResult.invalid(id, refusal.violations(), Objects.toString(refusal.getMessage(), ""));
    }

    ImportResult importHistory(Iterable<TrackRequest> requests) {
        ImportTally tally = new ImportTally();
        List<TrackRequest> next = new ArrayList<>(chunk);
        for (TrackRequest request : requests) {
            next.add(request);
            if (next.size() == chunk) {
                many(next, true).forEach(tally::add);
                next.clear();
            }
        }
        many(next, true).forEach(tally::add);
        return tally.result();
    }

    TrackResult identify(@Nullable String sessionId, @Nullable String leadId, @Nullable Instant at, @Nullable UUID id) {
        List<Violation> missing = new ArrayList<>();
        if (sessionId == null) {
            missing.add(new Violation("sessionId", "REQUIRED", "a link needs the id of a session, found null"));
        }
        if (leadId == null) {
            missing.add(new Violation("leadId", "REQUIRED", "a link needs the id of a lead, found null"));
        }
        refuseIfAny(missing);
        return system(
                TrackRequest.builder(EventType.IDENTIFY).sessionId(sessionId).leadId(leadId), at, id);
    }

    TrackResult unlink(@Nullable String sessionId, @Nullable Instant at, @Nullable UUID id) {
        if (sessionId == null) {
            refuseIfAny(
                    List.of(new Violation("sessionId", "REQUIRED", "an unlink needs the id of a session, found null")));
        }
        return system(TrackRequest.builder(EventType.UNLINK).sessionId(sessionId), at, id);
    }

    private void refuseIfAny(List<Violation> missing) {
        if (!missing.isEmpty()) {
            throw refusal(missing);
        }
    }

    private TrackResult system(TrackRequest.Builder request, @Nullable Instant at, @Nullable UUID id) {
        if (at != null) {
            request.timestamp(at);
        }
        if (id != null) {
            request.id(id);
        }
        return system(request.build());
    }

    /** Takes a system event that the library made (S10). */
    TrackResult system(TrackRequest request) {
        Instant now = clock.instant();
        try {
            return track(request, normalizer.normalizeSystem(request, now, () -> ids.next(now), false));
        } catch (InvalidEventException invalid) {
            counters.invalid.increment();
            throw invalid;
        }
    }

    /** Counts a word of the host that cannot be kept, and makes the exception that says so. */
    InvalidEventException refusal(List<Violation> violations) {
        counters.invalid.increment();
        return new InvalidEventException(violations);
    }

    /** Tells that the host says something of a subject's membership (S10). */
    TrackResult membership(EventType type, SubjectId subject, UUID segment, @Nullable String reason) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("segment", segment.toString());
        if (reason != null) {
            properties.put("reason", reason);
        }
        return said(type, subject, properties, null, null);
    }

    /** Tells that the host says something of a subject (S10). */
    TrackResult said(
            EventType type,
            SubjectId subject,
            Map<String, ? extends @Nullable Object> properties,
            @Nullable Instant at,
            @Nullable UUID id) {
        TrackRequest.Builder request = TrackRequest.builder(type).properties(properties);
        return system(subject.isLead() ? request.leadId(subject.value()) : request.sessionId(subject.value()), at, id);
    }

    /** Up to one chunk, all in the queue together. */
    private List<TrackResult> many(List<TrackRequest> requests, boolean imported) {
        @Nullable TrackResult[] results = new @Nullable TrackResult[requests.size()];
        Ticket[] tickets = new Ticket[requests.size()];
        List<Ticket> valid = new ArrayList<>(requests.size());
        Call call = intake.newCall();
        for (int i = 0; i < tickets.length; i++) {
            TrackRequest request = requests.get(i);
            if (request == null) {
                counters.invalid.increment();
                Violation missing = new Violation("", "REQUIRED", "the request is null");
                results[i] = TrackResult.invalid(null, List.of(missing), missing.message());
                continue;
            }
            try {
                tickets[i] = new Ticket(normalize(request, imported), request, call, null);
                valid.add(tickets[i]);
            } catch (InvalidEventException invalid) {
                results[i] = invalid(request.id(), invalid);
            }
        }
        intake.submit(call, valid, imported);
        for (int i = 0; i < tickets.length; i++) {
            if (results[i] == null) {
                results[i] = answer(tickets[i]);
            }
        }
        return Arrays.stream(results).map(Objects::requireNonNull).toList();
    }

    private BehaviorEvent normalize(TrackRequest request, boolean imported) {
        Instant now = clock.instant();
        try {
            return normalizer.normalize(request, now, () -> ids.next(now), imported);
        } catch (InvalidEventException invalid) {
            counters.invalid.increment();
            throw invalid;
        }
    }

    private static TrackResult result(Ticket ticket) {
        TrackResult result = ticket.result();
        if (result == null) {
            throw failure(ticket);
        }
        return result;
    }

    /** Among many, one that failed does not take the others' answers away. */
    private static TrackResult answer(Ticket ticket) {
        TrackResult result = ticket.result();
        return result == null
                ? TrackResult.refused(
                        Outcome.RETRY_LATER,
                        ticket.id(),
                        Objects.toString(failure(ticket).getMessage(), ""))
                : result;
    }

    /** Why there is no result; an error is thrown at once, among many too. */
    private static RuntimeException failure(Ticket ticket) {
        Throwable failure = Objects.requireNonNull(ticket.failure());
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }

    /** The counts of an import. */
    private static final class ImportTally {
        private long accepted;
        private long duplicates;
        private long refused;
        private final List<ImportResult.Problem> problems = new ArrayList<>();

        void add(TrackResult result) {
            long index = accepted + duplicates + refused;
            switch (result.outcome()) {
                case ACCEPTED -> accepted++;
                case DUPLICATE -> duplicates++;
                default -> {
                    refused++;
                    if (problems.size() < ImportResult.MOST_PROBLEMS) {
                        problems.add(new ImportResult.Problem(index, result));
                    }
                }
            }
        }

        ImportResult result() {
            return new ImportResult(accepted, duplicates, refused, problems);
        }
    }
}
