/** Time as a parameter: a monotonic clock for every deadline and age. */
@NullMarked
package dev.coord.time;

import org.jspecify.annotations.NullMarked;
