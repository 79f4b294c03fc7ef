package io.behavioranalytics.proof.wrong.action;

import io.behavioranalytics.proof.wrong.trigger.TriggerServiceImpl;

/** An action that knows its trigger, and prints and sleeps. */
public final class KnowsTriggers {
    final TriggerServiceImpl sibling = new TriggerServiceImpl();

    void run() throws InterruptedException {
        System.out.println(sibling.getClass().getName());
        Thread.sleep(1);
    }
}
