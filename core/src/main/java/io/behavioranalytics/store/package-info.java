/** Where it is kept: the store SPI and the store in memory. */
@NullMarked
package io.behavioranalytics.store;

import org.jspecify.annotations.NullMarked;
