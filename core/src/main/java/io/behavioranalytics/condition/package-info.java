/** One condition language, one three-valued evaluator, and the windows of time that every filter shares. */
@NullMarked
package io.behavioranalytics.condition;

import org.jspecify.annotations.NullMarked;
