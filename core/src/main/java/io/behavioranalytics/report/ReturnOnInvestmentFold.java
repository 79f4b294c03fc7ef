package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.report.ReturnOnInvestment.Response;
import io.behavioranalytics.statistics.Interval;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.ProportionComparison;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers a {@link ReturnOnInvestment}, subject by subject. */
final class ReturnOnInvestmentFold implements TimelineFold<ReturnOnInvestmentReport> {
    private static final int MOST_AGENTS = 10_000;
    private static final int LEAD = 1;
    private static final int CONVERSION = 2;
    private static final int TRIGGER = 4;
    private static final int CONTACT = 8;

    private final ReturnOnInvestment question;
    private final long from;
    private final long to;
    private final long asOf;
    private final long within;
    private final SelectorMasks masks;
    private final @Nullable EventProperty agent;
    private final SourceReturns sources;
    private final @Nullable TimelineFold<LifetimeValueReport> worth;

    /** By group: whom the report saw, and who of them converted. */
    private final SortedMap<String, long[]> groups = new TreeMap<>();

    /** By agent: leads, and who of them converted. */
    private final SortedMap<String, long[]> agents = new TreeMap<>();

    private final DurationSample times = new DurationSample();
    private long missed;
    private long waiting;

    ReturnOnInvestmentFold(ReturnOnInvestment question, ReportTerms terms) {
        this.question = question;
        ReportFilter filter = question.filter();
        asOf = Micros.of(terms.asOf());
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? asOf + 1 : Math.min(asOf + 1, Micros.of(filter.to()));
        Response response = question.response();
        within = response == null ? 0 : Micros.of(response.within());
        masks = new SelectorMasks(
                response == null
                        ? List.of(question.lead(), question.conversion())
                        : List.of(question.lead(), question.conversion(), response.trigger(), response.contact()));
        String field = question.agent();
        agent = field == null ? null : EventProperty.of(field, "", new ArrayList<>());
        sources = new SourceReturns(question);
        Double horizon = question.horizon();
        worth = horizon == null
                ? null
                : new LifetimeValue(
                                question.conversion(),
                                CalendarInterval.DAY,
                                7,
                                horizon,
                                question.discount(),
                                null,
                                0,
                                filter)
                        .fold(terms);
    }

    @Override
    public void accumulate(SubjectHistory history) {
        SourceReturns.Touches touches = new SourceReturns.Touches();
        ComparedGroups compared = question.groups();
        long since = compared == null ? from : Math.max(from, compared.since(history.subject()));
        Map<String, Boolean> convertedBy = new HashMap<>();
        boolean isLead = false;
        boolean isThere = false;
        boolean converts = false;
        for (int i = 0; i < history.size() && history.micros(i) < to; i++) {
            long at = history.micros(i);
            long mask = masks.of(history, i);
            boolean inRange = at >= from;
            boolean converted = inRange && (mask & CONVERSION) != 0;
            isThere |= inRange;
            sources.read(touches, history, i);
            if ((mask & LEAD) != 0 && !isLead) {
                isLead = true;
                if (inRange) {
                    sources.lead(touches, at);
                }
            }
            if (converted) {
                Double value = history.view(i).value();
                sources.conversion(touches, at, value == null ? BigDecimal.ZERO : BigDecimal.valueOf(value));
                converts |= at >= since;
            }
            if (inRange && agent != null) {
                String name = agent.of(history.view(i));
                if (name != null) {
                    convertedBy.putIfAbsent(name, false);
                }
                if (converted) {
                    convertedBy.replaceAll((one, before) -> true);
                }
            }
        }
        if (compared != null) {
            String group = compared.groupOf(history.subject());
            boolean begins = compared.areKnown() ? isInRange(compared.since(history.subject())) : isThere;
            if (group != null && begins) {
                count(groups, group, converts);
            }
        }
        convertedBy.forEach((name, done) -> count(agents, name, done));
        checkAgents();
        if (question.response() != null) {
            readWaits(history);
        }
        if (worth != null) {
            worth.accumulate(history);
        }
    }

    private boolean isInRange(long at) {
        return at >= from && at < to;
    }

    /** Waits follow each other over the whole history; those count that begin in the range, and may end behind it. */
    private void readWaits(SubjectHistory history) {
        long begun = Micros.NEVER;
        for (int i = 0; i < history.size(); i++) {
            long at = history.micros(i);
            long mask = masks.of(history, i);
            if (begun != Micros.NEVER && at - begun > within) {
                missed += isInRange(begun) ? 1 : 0;
                begun = Micros.NEVER;
            }
            if (begun != Micros.NEVER && (mask & CONTACT) != 0) {
                if (isInRange(begun)) {
                    times.add(at - begun);
                }
                begun = Micros.NEVER;
            }
            if (begun == Micros.NEVER && (mask & TRIGGER) != 0) {
                begun = at;
            }
        }
        if (begun != Micros.NEVER && isInRange(begun)) {
            boolean isOpen = asOf < Micros.plus(begun, within);
            waiting += isOpen ? 1 : 0;
            missed += isOpen ? 0 : 1;
        }
    }

    private static void count(SortedMap<String, long[]> counts, String name, boolean converted) {
        long[] line = counts.computeIfAbsent(name, unknown -> new long[2]);
        line[0]++;
        line[1] += converted ? 1 : 0;
    }

    private void checkAgents() {
        if (agents.size() > MOST_AGENTS) {
            throw new ReportLimitException("the report would be of more than " + MOST_AGENTS + " agents");
        }
    }

    @Override
    public void merge(TimelineFold<ReturnOnInvestmentReport> other) {
        ReturnOnInvestmentFold more = (ReturnOnInvestmentFold) other;
        sources.merge(more.sources);
        add(groups, more.groups);
        add(agents, more.agents);
        checkAgents();
        times.merge(more.times);
        missed += more.missed;
        waiting += more.waiting;
        if (worth != null && more.worth != null) {
            worth.merge(more.worth);
        }
    }

    private static void add(SortedMap<String, long[]> counts, SortedMap<String, long[]> others) {
        others.forEach((name, more) -> {
            long[] line = counts.computeIfAbsent(name, unknown -> new long[2]);
            line[0] += more[0];
            line[1] += more[1];
        });
    }

    @Override
    public ReturnOnInvestmentReport result(ReportFrame frame) {
        List<ReturnOnInvestmentReport.Source> found = sources.sources(from, to);
        List<ReturnOnInvestmentReport.Agent> told = new ArrayList<>();
        agents.forEach((name, line) -> told.add(new ReturnOnInvestmentReport.Agent(name, line[0], line[1])));
        ReturnOnInvestmentReport.ResponseTime response = question.response() == null
                ? null
                : new ReturnOnInvestmentReport.ResponseTime(
                        times.size() + missed + waiting, times.size(), missed, waiting, FunnelReport.Times.of(times));
        return new ReturnOnInvestmentReport(
                frame,
                question.attribution(),
                found,
                SourceReturns.total(found),
                lift(frame),
                response,
                told,
                worth == null ? null : worth.result(frame));
    }

    private List<ReturnOnInvestmentReport.Group> lift(ReportFrame frame) {
        ComparedGroups compared = question.groups();
        if (compared == null) {
            return List.of();
        }
        ReportFilter filter = question.filter();
        SortedMap<String, Long> sizes = compared.sizes(from, to, filter.leadsOnly());
        // Whom the report saw nothing of did not convert; who of them is in a segment is not known.
        boolean countsAll = filter.segment() == null && frame.coverage().complete();
        TreeSet<String> names = new TreeSet<>(groups.keySet());
        names.addAll(sizes.keySet());
        names.remove(compared.control());
        List<ReturnOnInvestmentReport.Group> lines = new ArrayList<>();
        long[] nobody = new long[2];
        long[] control = groups.getOrDefault(compared.control(), nobody);
        long controls = size(compared.control(), control, sizes, countsAll);
        Proportion against = new Proportion(control[1], controls);
        lines.add(line(compared.control(), control, against, sizes, null));
        for (String name : names) {
            long[] seen = groups.getOrDefault(name, nobody);
            Proportion of = new Proportion(seen[1], size(name, seen, sizes, countsAll));
            lines.add(line(name, seen, of, sizes, against));
        }
        return lines;
    }

    private static long size(String name, long[] seen, SortedMap<String, Long> sizes, boolean countsAll) {
        return countsAll ? Math.max(seen[0], sizes.getOrDefault(name, 0L)) : seen[0];
    }

    private ReturnOnInvestmentReport.Group line(
            String name, long[] seen, Proportion of, SortedMap<String, Long> sizes, @Nullable Proportion control) {
        long unseen = Math.max(0, sizes.getOrDefault(name, 0L) - seen[0]);
        if (control == null || control.n() == 0 || of.n() == 0) {
            return new ReturnOnInvestmentReport.Group(name, of.n(), unseen, seen[1], null, null, null, null);
        }
        double alpha = 1 - question.confidence();
        double difference = of.mean() - control.mean();
        boolean hasBase = control.successes() > 0;
        return new ReturnOnInvestmentReport.Group(
                name,
                of.n(),
                unseen,
                seen[1],
                difference,
                ProportionComparison.DIFFERENCE_NEWCOMBE
                        .of(of, control, alpha)
                        .value()
                        .orElse(null),
                hasBase ? (Double) (difference / control.mean()) : null,
                ProportionComparison.RATIO_KOOPMAN
                        .of(of, control, alpha)
                        .map(ReturnOnInvestmentFold::lessOne)
                        .value()
                        .orElse(null));
    }

    private static Interval lessOne(Interval ratio) {
        return new Interval(lessOne(ratio.lower()), lessOne(ratio.upper()));
    }

    private static OptionalDouble lessOne(OptionalDouble end) {
        return end.isPresent() ? OptionalDouble.of(end.getAsDouble() - 1) : end;
    }
}
