/** Typed store operations, each one transaction. */
@NullMarked
package dev.coord.store;

import org.jspecify.annotations.NullMarked;
