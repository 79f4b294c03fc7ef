package io.behavioranalytics.report;

import io.behavioranalytics.event.Timeline;

/**
 * A report in the making: takes in subject after subject, each with its whole timeline, and merges with what another fold took in.
 *
 * <p>Whatever the order of the subjects, and however they are spread over folds, the answer is the same to the last bit. So one core,
 * all cores or many machines may do it. Not thread-safe; one for each thread.
 *
 * @param <R> the answer
 */
public interface TimelineFold<R> {
    /**
     * Takes in a subject.
     *
     * @param history what is seen of its timeline; only to be read during the call
     * @throws ReportLimitException if the answer grows beyond its bounds
     */
    void accumulate(SubjectHistory history);

    /**
     * Has the processor fetch what this fold reads of a timeline that it takes in soon. It is asked for some hundred timelines in a row,
     * for the processor fetches many at once.
     *
     * @param timeline one that is taken in soon, perhaps without some of its events; not empty
     * @return a number that means nothing
     */
    default long fetch(Timeline timeline) {
        return timeline.fetchInstants() + timeline.fetchTypes();
    }

    /**
     * Takes in what another fold of the same question took in, of other subjects.
     *
     * @param other the other fold, which is not used any more
     * @throws ClassCastException if it is a fold of another kind of question
     * @throws ReportLimitException if the answer grows beyond its bounds
     */
    void merge(TimelineFold<R> other);

    /**
     * What came of it.
     *
     * @param frame what was read, as of when
     * @return the answer
     */
    R result(ReportFrame frame);
}
