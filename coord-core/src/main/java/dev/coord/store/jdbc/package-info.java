/** The store's operations in SQL: plain JDBC with row locks, and a dialect for what databases do differently. */
@NullMarked
package dev.coord.store.jdbc;

import org.jspecify.annotations.NullMarked;
