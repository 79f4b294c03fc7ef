/** What should be done: actions, and the SPI that plugin authors implement to carry them out. */
@NullMarked
package io.behavioranalytics.action;

import org.jspecify.annotations.NullMarked;
