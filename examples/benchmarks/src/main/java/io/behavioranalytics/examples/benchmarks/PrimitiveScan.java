package io.behavioranalytics.examples.benchmarks;

import java.util.Arrays;
import java.util.List;

/** What a loop over primitive arrays costs that was written for the question: the limit of what a general report may reach. */
final class PrimitiveScan implements ReportAnswers {
    private static final int PAGE_VIEW = 0;
    private static final int FORM_START = 4;
    private static final int FORM_SUBMIT = 5;
    private static final int QUOTE_REQUEST = 15;

    private final ReportRows rows;

    PrimitiveScan(ReportRows rows) {
        this.rows = rows;
    }

    @Override
    public List<Long> answer(Asked asked) {
        long[] numbers = switch (asked) {
            case FUNNEL -> funnel();
            case RETENTION -> retention();
            case TOP -> top();
            case DAILY -> daily();
        };
        return Arrays.stream(numbers).boxed().toList();
    }

    private long[] funnel() {
        long[] reached = new long[4];
        for (int lead = 0; lead < ReportRows.LEADS; lead++) {
            // The newest start that reached each level, far in the past for none.
            long viewed = Long.MIN_VALUE / 2;
            long started = viewed;
            long submitted = viewed;
            int level = 0;
            for (int i = rows.first[lead]; i < rows.first[lead + 1] && level < 4; i++) {
                long at = rows.millis[i];
                switch (rows.types[i]) {
                    case PAGE_VIEW -> {
                        viewed = at;
                        level = Math.max(level, 1);
                    }
                    case FORM_START -> {
                        if (at - viewed <= WEEK) {
                            started = viewed;
                            level = Math.max(level, 2);
                        }
                    }
                    case FORM_SUBMIT -> {
                        if (at - started <= WEEK) {
                            submitted = started;
                            level = Math.max(level, 3);
                        }
                    }
                    case QUOTE_REQUEST -> level = at - submitted <= WEEK ? 4 : level;
                    default -> {}
                }
            }
            for (int k = 0; k < level; k++) {
                reached[k]++;
            }
        }
        return reached;
    }

    private long[] retention() {
        long[] cells = new long[WEEKS * WEEKS];
        for (int lead = 0; lead < ReportRows.LEADS; lead++) {
            int from = rows.first[lead];
            int to = rows.first[lead + 1];
            if (from == to) {
                continue;
            }
            int cohort = (int) ((rows.millis[from] - ReportRows.BASE_MILLIS) / WEEK);
            if (cohort >= WEEKS) {
                continue;
            }
            int weeks = 0;
            for (int i = from; i < to; i++) {
                weeks |= 1 << ((int) ((rows.millis[i] - ReportRows.BASE_MILLIS) / WEEK) - cohort);
            }
            for (int k = 0; k < WEEKS; k++) {
                cells[cohort * WEEKS + k] += (weeks >>> k) & 1;
            }
        }
        return cells;
    }

    private long[] top() {
        long[] counts = new long[ReportRows.TYPES.size()];
        for (byte type : rows.types) {
            counts[type]++;
        }
        return counts;
    }

    private long[] daily() {
        long[] leads = new long[ReportRows.DAYS];
        for (int lead = 0; lead < ReportRows.LEADS; lead++) {
            int before = -1;
            for (int i = rows.first[lead]; i < rows.first[lead + 1]; i++) {
                int day = (int) ((rows.millis[i] - ReportRows.BASE_MILLIS) / ReportRows.DAY);
                if (day != before) {
                    leads[day]++;
                    before = day;
                }
            }
        }
        return leads;
    }

    @Override
    public void close() {}
}
