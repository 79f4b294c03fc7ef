/**
 * What must hold when hosts, servers and lines fail. The fast size runs in every build; {@code -Dbehavior.faults=long} runs the
 * long one.
 */
@NullMarked
package io.behavioranalytics.jdbc.fault;

import org.jspecify.annotations.NullMarked;
