package io.behavioranalytics.report;

import io.behavioranalytics.statistics.Interval;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link ReturnOnInvestment}. A figure that the data do not give is null, never 0 or not a number, and a note says why.
 * Immutable.
 *
 * @param frame what data it is of
 * @param attribution which of several sources got a lead or conversion
 * @param sources one for each source that has a lead, a conversion or a cost in the range, by name; those without a source last
 * @param total all of them
 * @param lift one for each group, the control first; empty if none is asked for
 * @param response the waits, or null if none are asked for
 * @param agents one for each agent, by name; empty if they are not asked for
 * @param lifetimeValue what those who converted are worth, without customers one by one, or null if it is not asked for
 */
public record ReturnOnInvestmentReport(
        ReportFrame frame,
        ReturnOnInvestment.Attribution attribution,
        List<Source> sources,
        Source total,
        List<Group> lift,
        @Nullable ResponseTime response,
        List<Agent> agents,
        @Nullable LifetimeValueReport lifetimeValue)
        implements Report {
    /** What a note says of a source that the host named no cost of in the range. */
    public static final String NO_COST_DATA = "no cost data";

    /** Copies the lists. */
    public ReturnOnInvestmentReport {
        sources = List.copyOf(sources);
        lift = List.copyOf(lift);
        agents = List.copyOf(agents);
    }

    /**
     * What a source brought, and what it cost.
     *
     * @param source its name, or null for leads and conversions without one, and for the total
     * @param leads subjects who became leads in the range; parts of them with linear attribution
     * @param conversions conversions in the range, likewise
     * @param value what these brought
     * @param cost what it cost in the range, or null without cost data; of the total the sum of the costs that are known
     * @param note {@value #NO_COST_DATA}, or of a total which part lacks them; null if nothing is to be said
     */
    public record Source(
            @Nullable String source,
            BigDecimal leads,
            BigDecimal conversions,
            BigDecimal value,
            @Nullable BigDecimal cost,
            @Nullable String note) {
        /**
         * What a lead cost.
         *
         * @return the cost by the leads, or null without cost data or leads, or if only a part of the costs is known
         */
        public @Nullable Double costPerLead() {
            return known() == null ? null : ratio(known(), leads);
        }

        /**
         * What a conversion cost.
         *
         * @return the cost by the conversions, or null as above
         */
        public @Nullable Double costPerConversion() {
            return known() == null ? null : ratio(known(), conversions);
        }

        /**
         * The return on the cost: what the conversions brought without the cost, as part of the cost. 0.5 is half as much again, −1 is
         * all lost.
         *
         * @return the return, or null without cost data, or if the cost is 0, or if only a part of the costs is known
         */
        public @Nullable Double returnOnCost() {
            BigDecimal spent = known();
            return spent == null ? null : ratio(value.subtract(spent), spent);
        }

        private @Nullable BigDecimal known() {
            return note == null ? cost : null;
        }

        private static @Nullable Double ratio(BigDecimal part, BigDecimal whole) {
            if (whole.signum() == 0) {
                return null;
            }
            double ratio = part.divide(whole, java.math.MathContext.DECIMAL128).doubleValue();
            return Double.isFinite(ratio) ? (Double) ratio : null;
        }
    }

    /**
     * A group, against the control.
     *
     * @param group its name
     * @param subjects its members that began in the range
     * @param unseen those of them that the report saw no event of
     * @param converted those that converted from then on, within the range
     * @param difference its rate less the control's, or null for the control and where one of the two is empty
     * @param differenceInterval with Newcombe's interval (1998), or null likewise
     * @param lift the difference as part of the control's rate, or null likewise and if nobody of the control converted
     * @param liftInterval with Koopman's interval of the ratio (1984), less 1; null where there is none. Without an upper end if the data
     *     set none
     */
    public record Group(
            String group,
            long subjects,
            long unseen,
            long converted,
            @Nullable Double difference,
            @Nullable Interval differenceInterval,
            @Nullable Double lift,
            @Nullable Interval liftInterval) {
        /**
         * The part that converted.
         *
         * @return 0 to 1, or null for a group of nobody
         */
        public @Nullable Double rate() {
            return FunnelReport.rate(converted, subjects);
        }
    }

    /**
     * The waits that began in the range.
     *
     * @param waits how many began
     * @param contacted how many a contact ended
     * @param missed how many were over without one
     * @param waiting how many are open at the report's instant
     * @param time how long those took that a contact ended
     */
    public record ResponseTime(long waits, long contacted, long missed, long waiting, FunnelReport.Times time) {}

    /**
     * An agent.
     *
     * @param agent the name
     * @param leads subjects with an event of this agent in the range
     * @param converted those of them with a conversion in the range behind the first such event, or that is one
     */
    public record Agent(String agent, long leads, long converted) {}

    /**
     * The mean number of leads of an agent.
     *
     * @return the mean, or null if there are no agents
     */
    public @Nullable Double leadsPerAgent() {
        return FunnelReport.rate(agents.stream().mapToLong(Agent::leads).sum(), agents.size());
    }

    @Override
    public List<ReportTable> tables() {
        List<ReportTable> tables = new ArrayList<>();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        sources.forEach(source -> rows.add(cells(source.source(), source)));
        tables.add(new ReportTable("sources", columns("source"), rows));
        tables.add(new ReportTable(
                "total",
                columns("attribution"),
                List.of(cells(attribution.name().toLowerCase(java.util.Locale.ROOT), total))));
        if (!lift.isEmpty()) {
            tables.add(liftTable());
        }
        ResponseTime waits = response;
        if (waits != null) {
            tables.add(new ReportTable(
                    "response",
                    List.of("waits", "contacted", "missed", "waiting", "mean", "median", "p75", "p90"),
                    List.of(FunnelReport.cells(
                            waits.waits(),
                            waits.contacted(),
                            waits.missed(),
                            waits.waiting(),
                            waits.time().mean(),
                            waits.time().median(),
                            waits.time().p75(),
                            waits.time().p90()))));
        }
        if (!agents.isEmpty()) {
            List<List<@Nullable Object>> lines = new ArrayList<>();
            agents.forEach(one -> lines.add(FunnelReport.cells(one.agent(), one.leads(), one.converted())));
            tables.add(new ReportTable("agents", List.of("agent", "leads", "converted"), lines));
            tables.add(new ReportTable(
                    "workload",
                    List.of("agents", "leadsPerAgent"),
                    List.of(FunnelReport.cells((long) agents.size(), leadsPerAgent()))));
        }
        LifetimeValueReport worth = lifetimeValue;
        if (worth != null) {
            tables.add(worthTable(worth));
        }
        return tables;
    }

    private static List<String> columns(String first) {
        return List.of(
                first,
                "leads",
                "conversions",
                "value",
                "cost",
                "costPerLead",
                "costPerConversion",
                "returnOnCost",
                "note");
    }

    private static List<@Nullable Object> cells(@Nullable String first, Source one) {
        return FunnelReport.cells(
                first,
                one.leads(),
                one.conversions(),
                one.value(),
                one.cost(),
                one.costPerLead(),
                one.costPerConversion(),
                one.returnOnCost(),
                one.note());
    }

    private ReportTable liftTable() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Group one : lift) {
            rows.add(FunnelReport.cells(
                    one.group(),
                    one.subjects(),
                    one.unseen(),
                    one.converted(),
                    one.rate(),
                    one.difference(),
                    lower(one.differenceInterval()),
                    upper(one.differenceInterval()),
                    one.lift(),
                    lower(one.liftInterval()),
                    upper(one.liftInterval())));
        }
        return new ReportTable(
                "lift",
                List.of(
                        "group",
                        "subjects",
                        "unseen",
                        "converted",
                        "rate",
                        "difference",
                        "differenceLower",
                        "differenceUpper",
                        "lift",
                        "liftLower",
                        "liftUpper"),
                rows);
    }

    private static @Nullable Double lower(@Nullable Interval interval) {
        return interval == null ? null : end(interval.lower());
    }

    private static @Nullable Double upper(@Nullable Interval interval) {
        return interval == null ? null : end(interval.upper());
    }

    private static @Nullable Double end(OptionalDouble end) {
        return end.isPresent() ? (Double) end.getAsDouble() : null;
    }

    private static ReportTable worthTable(LifetimeValueReport worth) {
        Double mean = worth.customers() == 0
                ? null
                : (Double) worth.paid()
                        .divide(BigDecimal.valueOf(worth.customers()), java.math.MathContext.DECIMAL128)
                        .doubleValue();
        Double predicted = worth.predictedValue();
        return new ReportTable(
                "lifetimeValue",
                List.of(
                        "customers",
                        "repeating",
                        "paid",
                        "paidPerCustomer",
                        "modelWeeks",
                        "modelPurchases",
                        "modelValue",
                        "modelValuePerCustomer",
                        "notes"),
                List.of(FunnelReport.cells(
                        worth.customers(),
                        worth.repeating(),
                        worth.paid(),
                        mean,
                        worth.horizon(),
                        worth.expectedPurchases(),
                        predicted,
                        predicted == null || worth.customers() == 0 ? null : (Double) (predicted / worth.customers()),
                        worth.notes().isEmpty() ? null : String.join("; ", worth.notes()))));
    }
}
