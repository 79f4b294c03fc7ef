/**
 * How sure are we? Tests, intervals, corrections and power from sufficient statistics: pure functions of numbers.
 *
 * <p>Nothing here answers NaN or infinity. What data cannot answer is a {@link io.behavioranalytics.statistics.Finding} that says
 * why; what cannot be data (more conversions than users, a level outside (0, 1)) is refused. Every convention on which published
 * implementations differ is a parameter or stands in the name. Every class is immutable or stateless, and safe to use from any
 * thread.
 */
@NullMarked
package io.behavioranalytics.statistics;

import org.jspecify.annotations.NullMarked;
