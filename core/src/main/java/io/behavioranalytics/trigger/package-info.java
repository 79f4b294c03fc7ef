/** When it should be done: triggers, and the executions they leave behind. */
@NullMarked
package io.behavioranalytics.trigger;

import org.jspecify.annotations.NullMarked;
