package io.behavioranalytics.proof.wrong.event;

import io.behavioranalytics.proof.wrong.condition.ReadsTheMachinesClock;

/** Looks up to a package above its own. */
public final class KnowsConditions {
    final ReadsTheMachinesClock above = new ReadsTheMachinesClock();
}
