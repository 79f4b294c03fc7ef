package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.report.BgNbd;
import io.behavioranalytics.report.PurchaseSummary;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** How long a model of purchases takes to fit, to customers that are drawn from a model of known parameters, so none is like another. */
final class ModelFit implements Benchmark.Run {
    private static final BgNbd DRAWN = new BgNbd(1, 5, 1, 2.5);
    private static final int ROUNDS = 3;

    private final List<PurchaseSummary> customers = new ArrayList<>();

    ModelFit(int count) {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < count; i++) {
            customers.add(customer(random));
        }
    }

    /** With r and a of 1 both distributions are drawn by their inverse; whoever is lost buys no more. */
    private static PurchaseSummary customer(SplittableRandom random) {
        double rate = -Math.log(1 - random.nextDouble()) / DRAWN.alpha();
        double lost = 1 - Math.pow(random.nextDouble(), 1 / DRAWN.b());
        double age = 20 + 60 * random.nextDouble();
        double at = 0;
        double last = 0;
        int purchases = 0;
        boolean alive = true;
        while (alive) {
            at -= Math.log(1 - random.nextDouble()) / rate;
            alive = at < age;
            if (alive) {
                purchases++;
                last = at;
                alive = random.nextDouble() >= lost;
            }
        }
        return new PurchaseSummary(purchases, last, age);
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table = new MarkdownTable(1, "BG/NBD of customers", "CPU s", "r", "alpha", "a", "b");
        double least = Double.MAX_VALUE;
        BgNbd found = DRAWN;
        for (int round = 0; round < ROUNDS; round++) {
            long before = Machine.cpuNanos();
            found = BgNbd.fit(customers);
            least = Math.min(least, (Machine.cpuNanos() - before) / 1e9);
        }
        table.row(
                String.format(Locale.ROOT, "%,d", customers.size()),
                decimal(least),
                decimal(found.r()),
                decimal(found.alpha()),
                decimal(found.a()),
                decimal(found.b()));
        table.print(out);
        out.printf(
                Locale.ROOT,
                "They were drawn from r %s, alpha %s, a %s, b %s.%n%n",
                DRAWN.r(),
                DRAWN.alpha(),
                DRAWN.a(),
                DRAWN.b());
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.3f", number);
    }
}
