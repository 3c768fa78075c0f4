/** A small application that elects a leader among its processes, and works only where it leads. */
@NullMarked
package dev.coord.sample;

import org.jspecify.annotations.NullMarked;
