/** Who takes part, who leads, and who led before. */
@NullMarked
package dev.coord.sample.cluster;

import org.jspecify.annotations.NullMarked;
