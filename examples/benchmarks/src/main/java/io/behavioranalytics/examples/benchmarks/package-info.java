/** How fast it is, and how much memory it takes, on this machine: run, measured and printed by one command. */
@NullMarked
package io.behavioranalytics.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
