package io.behavioranalytics.report;

/**
 * What a report is asked: immutable, checked when it is made, and usable any number of times, from any thread.
 *
 * @param <R> the answer
 */
public interface Question<R extends Report> {
    /**
     * Whose events are seen, and which.
     *
     * @return the filter
     */
    ReportFilter filter();

    /**
     * Begins to answer.
     *
     * @param terms as of when, and what a visit is
     * @return a fold that has taken nothing in
     */
    TimelineFold<R> fold(ReportTerms terms);
}
