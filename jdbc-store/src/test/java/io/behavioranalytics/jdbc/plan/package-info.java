/** How the store's statements are carried out: their plans, taken as they run on a database with many events. */
@NullMarked
package io.behavioranalytics.jdbc.plan;

import org.jspecify.annotations.NullMarked;
