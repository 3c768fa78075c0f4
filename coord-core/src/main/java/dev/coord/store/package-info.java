/** Typed store operations, each one transaction; plain JDBC with row locks underneath. */
@NullMarked
package dev.coord.store;

import org.jspecify.annotations.NullMarked;
