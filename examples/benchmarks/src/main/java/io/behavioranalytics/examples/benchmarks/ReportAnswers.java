package io.behavioranalytics.examples.benchmarks;

import java.util.List;

/** Who can answer the four questions that reports are measured by. */
interface ReportAnswers extends AutoCloseable {
    /** A question: the numbers of its answer come in one order, whoever gives it. */
    enum Asked {
        /** Leads that reached page_view, form_start, form_submit, quote_request in order within 7 days of the page_view. */
        FUNNEL,
        /** For each week the leads whose first event is in it, then how many of them had events 1 to 11 weeks on. */
        RETENTION,
        /** Events of each type. */
        TOP,
        /** Leads with events on each of the ninety days. */
        DAILY
    }

    int WEEKS = 12;
    long WEEK = 7 * ReportRows.DAY;

    /** The numbers of an answer. */
    List<Long> answer(Asked asked);

    @Override
    void close();
}
