/**
 * A real PostgreSQL for tests, and the tools that break it: a server that can be crashed, frozen and restarted, a proxy
 * that loses replies, a child JVM to kill, a data source that dies at a chosen statement.
 */
@NullMarked
package io.behavioranalytics.jdbc.postgres;

import org.jspecify.annotations.NullMarked;
