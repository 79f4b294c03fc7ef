package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.Store;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The heap in use after a collection, with a store and its facade, and again with the store alone; the difference is the facade's
 * cache. The events' texts are made anew for each event, as those of a request are, so what is shared is shared by the store.
 */
final class Memory implements Benchmark.Run {
    private static final int BATCH = 1_000;
    private static final int FEW_LEADS = 1_000;
    private static final MemoryMXBean HEAP = ManagementFactory.getMemoryMXBean();

    private final int events;

    Memory(int events) {
        this.events = events;
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table = new MarkdownTable(
                2, "definitions", "leads of", "leads", "sessions", "store B/event", "cache B/event", "cache MiB");
        fill(new WorkloadRows(FEW_LEADS), DefinitionSet.TEN); // loads what is loaded once
        for (DefinitionSet definitions : DefinitionSet.values()) {
            for (int leads : new int[] {FEW_LEADS, WorkloadRows.LEADS}) {
                measure(leads, definitions, table);
            }
        }
        table.print(out);
    }

    private void measure(int leads, DefinitionSet definitions, MarkdownTable table) {
        WorkloadRows rows = new WorkloadRows(leads);
        BitSet seenLeads = new BitSet();
        BitSet seenSessions = new BitSet();
        for (int row = 0; row < events; row++) {
            seenLeads.set(rows.lead(row));
            seenSessions.set(rows.session(row));
        }
        long before = used();
        Filled filled = fill(rows, definitions);
        long whole = filled.used() - before;
        long store;
        try {
            store = used() - before;
        } finally {
            Reference.reachabilityFence(filled.store());
        }
        table.row(
                definitions.toString(),
                number(leads),
                number(seenLeads.cardinality()),
                number(seenSessions.cardinality()),
                number(store / events),
                number((whole - store) / events),
                String.format(Locale.ROOT, "%.1f", (whole - store) / 1048576.0));
    }

    /** A store, and what was in use while its facade was still there. */
    private record Filled(Store store, long used) {}

    private Filled fill(WorkloadRows rows, DefinitionSet definitions) {
        Rig rig = new Rig(definitions);
        for (int from = 0; from < events; from += BATCH) {
            List<TrackRequest> batch = rows.rows(from, Math.min(from + BATCH, events));
            rig.reach(batch.get(batch.size() - 1));
            rig.analytics.trackAll(batch).forEach(Rig::requireAccepted);
        }
        long used = used();
        rig.analytics.close();
        return new Filled(rig.store, used);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, HEAP.getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
