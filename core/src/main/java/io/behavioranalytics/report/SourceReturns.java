package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What sources brought: leads, conversions and value, as exact sums. Not thread-safe. */
final class SourceReturns {
    private static final int MOST_SOURCES = 10_000;

    /** Names in their order, what has none behind them. */
    private static final Comparator<@Nullable String> NAMES = Comparator.nullsLast(Comparator.naturalOrder());

    private final ReturnOnInvestment question;
    private final EventProperty source;
    private final long lookback;
    private final Map<@Nullable String, Sums> bySource = new TreeMap<>(NAMES);

    private static final class Sums {
        BigDecimal leads = BigDecimal.ZERO;
        BigDecimal conversions = BigDecimal.ZERO;
        BigDecimal value = BigDecimal.ZERO;
    }

    /** A subject's events with a source, as far as they were read. */
    static final class Touches {
        private final List<String> sources = new ArrayList<>();
        private final List<Long> instants = new ArrayList<>();
        private int first;
    }

    SourceReturns(ReturnOnInvestment question) {
        this.question = question;
        source = EventProperty.of(question.source(), "", new ArrayList<>());
        lookback = Micros.of(question.lookback());
    }

    /** Takes an event in: it is a touch if it has a source. */
    void read(Touches touches, SubjectHistory history, int index) {
        String from = source.of(history.view(index));
        if (from != null) {
            touches.sources.add(from);
            touches.instants.add(history.micros(index));
        }
    }

    void lead(Touches touches, long at) {
        give(touches, at, BigDecimal.ONE, null);
    }

    void conversion(Touches touches, long at, BigDecimal value) {
        give(touches, at, BigDecimal.ONE, value);
    }

    /** Gives a lead (without a value) or conversion to the touches of its lookback. */
    private void give(Touches touches, long at, BigDecimal one, @Nullable BigDecimal value) {
        while (touches.first < touches.instants.size() && at - touches.instants.get(touches.first) > lookback) {
            touches.first++;
        }
        int count = touches.instants.size() - touches.first;
        if (count == 0) {
            add(null, one, value);
            return;
        }
        switch (question.attribution()) {
            case FIRST -> add(touches.sources.get(touches.first), one, value);
            case LAST -> add(touches.sources.get(touches.sources.size() - 1), one, value);
            case LINEAR -> {
                BigDecimal parts = BigDecimal.valueOf(count);
                BigDecimal part = one.divide(parts, MathContext.DECIMAL128);
                BigDecimal worth = value == null ? null : value.divide(parts, MathContext.DECIMAL128);
                BigDecimal others = BigDecimal.valueOf(count - 1L);
                for (int i = touches.first; i < touches.sources.size() - 1; i++) {
                    add(touches.sources.get(i), part, worth);
                }
                add(
                        touches.sources.get(touches.sources.size() - 1),
                        one.subtract(part.multiply(others)),
                        value == null || worth == null ? null : value.subtract(worth.multiply(others)));
            }
        }
    }

    private void add(@Nullable String name, BigDecimal part, @Nullable BigDecimal value) {
        Sums sums = sums(name);
        if (value == null) {
            sums.leads = sums.leads.add(part);
        } else {
            sums.conversions = sums.conversions.add(part);
            sums.value = sums.value.add(value);
        }
    }

    private Sums sums(@Nullable String name) {
        Sums sums = bySource.computeIfAbsent(name, unknown -> new Sums());
        if (bySource.size() > MOST_SOURCES) {
            throw new ReportLimitException("the report would be of more than " + MOST_SOURCES + " sources");
        }
        return sums;
    }

    void merge(SourceReturns other) {
        other.bySource.forEach((name, more) -> {
            Sums sums = sums(name);
            sums.leads = sums.leads.add(more.leads);
            sums.conversions = sums.conversions.add(more.conversions);
            sums.value = sums.value.add(more.value);
        });
    }

    /**
     * Each source with what it cost in a range.
     *
     * @throws ReportLimitException if the costs are of too many sources
     */
    List<ReturnOnInvestmentReport.Source> sources(long from, long end) {
        Map<@Nullable String, BigDecimal> costs = new TreeMap<>(NAMES);
        for (Cost cost : question.costs()) {
            if (cost.touches(from, end)) {
                costs.merge(cost.source(), cost.within(from, end), BigDecimal::add);
                sums(cost.source());
            }
        }
        List<ReturnOnInvestmentReport.Source> sources = new ArrayList<>();
        bySource.forEach((name, sums) -> {
            BigDecimal cost = costs.get(name);
            sources.add(new ReturnOnInvestmentReport.Source(
                    name,
                    plain(sums.leads),
                    plain(sums.conversions),
                    plain(sums.value),
                    cost == null ? null : plain(cost),
                    cost == null ? ReturnOnInvestmentReport.NO_COST_DATA : null));
        });
        return sources;
    }

    /** Without zeros at the end, so that the same number is written the same way whatever it was added up from. */
    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    static ReturnOnInvestmentReport.Source total(List<ReturnOnInvestmentReport.Source> sources) {
        BigDecimal leads = BigDecimal.ZERO;
        BigDecimal conversions = BigDecimal.ZERO;
        BigDecimal value = BigDecimal.ZERO;
        BigDecimal cost = null;
        int without = 0;
        for (ReturnOnInvestmentReport.Source one : sources) {
            leads = leads.add(one.leads());
            conversions = conversions.add(one.conversions());
            value = value.add(one.value());
            BigDecimal spent = one.cost();
            if (spent == null) {
                without++;
            } else {
                cost = cost == null ? spent : cost.add(spent);
            }
        }
        String note = null;
        if (cost == null) {
            note = ReturnOnInvestmentReport.NO_COST_DATA;
        } else if (without > 0) {
            note = ReturnOnInvestmentReport.NO_COST_DATA + " for " + without + " of " + sources.size() + " sources";
        }
        return new ReturnOnInvestmentReport.Source(
                null, plain(leads), plain(conversions), plain(value), cost == null ? null : plain(cost), note);
    }
}
