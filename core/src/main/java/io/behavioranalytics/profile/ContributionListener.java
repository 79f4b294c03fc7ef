package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventView;

/** Hears what each event adds to the scores, in the order of events. */
interface ContributionListener {
    void added(EventView event, Score score, ScoreLedger.Reason reason, int points);
}
