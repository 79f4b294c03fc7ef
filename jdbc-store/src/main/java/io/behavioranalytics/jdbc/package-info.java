/** The store on PostgreSQL or H2: tables, commits, the queue across hosts, packed histories. */
@NullMarked
package io.behavioranalytics.jdbc;

import org.jspecify.annotations.NullMarked;
