/** Who belongs together: segments, their criteria, and the changes of membership. */
@NullMarked
package io.behavioranalytics.segment;

import org.jspecify.annotations.NullMarked;
