package io.behavioranalytics.examples.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be measured, by its name on the command line. */
enum Benchmark {
    THROUGHPUT("events per CPU second through the facade, by way of calling", 200_000, 4_000),
    LATENCY("how long a call of track takes, with 1 and 16 callers", 100_000, 2_000),
    LARGE_LEAD("one lead with a million events: track, and events that come late", 1_000_000, 5_000),
    MANY_TRIGGERS("how long a call of track takes beside 100 and 10,000 triggers on one type of event", 10_000, 200),
    MEMORY("bytes for each event in memory, store and cache apart", 200_000, 4_000),
    ASSIGNMENT("which variant a lead gets, with a hundred experiments loaded", 5_000_000, 20_000),
    INGEST("durable events a second into PostgreSQL and H2, beside rows written by hand", 100_000, 2_000),
    REPORTS("reports beside DuckDB, PostgreSQL and a scan of primitive arrays, with equal answers", 10_000_000, 20_000),
    STORED_REPORTS("reports from the packed history in PostgreSQL, and what packing costs", 10_000_000, 20_000),
    RESULTS(
            "results of an experiment of four variants and five metrics, beside a scan that only reads",
            10_000_000,
            20_000);

    /** Measures, and prints a table. */
    interface Run {
        void run(PrintStream out);
    }

    private final String words;
    private final int events;
    private final int fewEvents;

    Benchmark(String words, int events, int fewEvents) {
        this.words = words;
        this.events = events;
        this.fewEvents = fewEvents;
    }

    String words() {
        return words;
    }

    /** As it is written on the command line. */
    String command() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The documented number of events. */
    int events() {
        return events;
    }

    /** As many events as show that it works. */
    int fewEvents() {
        return fewEvents;
    }

    void run(int numberOfEvents, PrintStream out) {
        out.println("### " + command() + ": " + words);
        out.println();
        Machine.Load load = new Machine.Load();
        of(numberOfEvents).run(out);
        out.printf(Locale.ROOT, "%,d events; %s.%n%n", numberOfEvents, load.describe());
    }

    private Run of(int numberOfEvents) {
        return switch (this) {
            case THROUGHPUT -> new Throughput(numberOfEvents);
            case LATENCY -> new Latency(numberOfEvents);
            case LARGE_LEAD -> new LargeLead(numberOfEvents);
            case MANY_TRIGGERS -> new ManyTriggers(numberOfEvents);
            case MEMORY -> new Memory(numberOfEvents);
            case ASSIGNMENT -> new Assignments(numberOfEvents);
            case INGEST -> new Ingest(numberOfEvents);
            case REPORTS -> new ReportRace(numberOfEvents);
            case RESULTS -> new ResultsRace(numberOfEvents);
            case STORED_REPORTS -> new StoredReports(numberOfEvents);
        };
    }

    static Optional<Benchmark> of(String command) {
        return Arrays.stream(values())
                .filter(benchmark -> benchmark.command().equals(command))
                .findFirst();
    }
}
