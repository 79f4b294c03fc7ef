package io.behavioranalytics.store;

/**
 * A transaction that the host has begun, and ends itself: what is stored within it is committed or rolled back together with the host's own
 * work. What it is made of is a matter between the host and a store, which refuses kinds that it does not know; the store in a database knows {@code
 * JdbcTransaction}, the one in memory knows none.
 */
public interface HostTransaction {}
