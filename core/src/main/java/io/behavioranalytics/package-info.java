/** The facade: the only place where values meet a store, a clock and executors. */
@NullMarked
package io.behavioranalytics;

import org.jspecify.annotations.NullMarked;
