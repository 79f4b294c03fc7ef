/** The first steps: reads a clickstream file, replays it through the library in memory, and prints what came of it. */
@NullMarked
package io.behavioranalytics.examples.quickstart;

import org.jspecify.annotations.NullMarked;
