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
     * Whether instants, types and categories are all that the fold reads of events; then a store need not read the rest. The filter's
     * conditions are not the fold's.
     *
     * @return false unless a question knows better; a fold that reads on nevertheless gets an {@link IllegalStateException}
     */
    default boolean readsOutlines() {
        return false;
    }

    /**
     * Begins to answer.
     *
     * @param terms as of when, and what a visit is
     * @return a fold that has taken nothing in
     */
    TimelineFold<R> fold(ReportTerms terms);
}
