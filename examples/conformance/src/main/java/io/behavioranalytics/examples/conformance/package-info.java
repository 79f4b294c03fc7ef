/** Runs published test vectors through the public API, and tells which cases agree. */
@NullMarked
package io.behavioranalytics.examples.conformance;

import org.jspecify.annotations.NullMarked;
