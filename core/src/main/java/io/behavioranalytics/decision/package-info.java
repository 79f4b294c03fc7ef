/** What follows from a timeline, the definitions and an instant: pure functions and the batch they produce. */
@NullMarked
package io.behavioranalytics.decision;

import org.jspecify.annotations.NullMarked;
