/** Strict JSON: one parser with limits, one writer, and violations that carry the path of the faulty field. */
@NullMarked
package io.behavioranalytics.json;

import org.jspecify.annotations.NullMarked;
