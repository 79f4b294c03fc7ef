/**
 * The store on PostgreSQL or H2. So far it knows the two databases apart and makes their connections safe; the tables follow.
 */
@NullMarked
package io.behavioranalytics.jdbc;

import org.jspecify.annotations.NullMarked;
