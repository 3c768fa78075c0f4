/** A small replicated state that only the leader writes, through operations, and that everyone reads locally. */
@NullMarked
package dev.coord.world;

import org.jspecify.annotations.NullMarked;
