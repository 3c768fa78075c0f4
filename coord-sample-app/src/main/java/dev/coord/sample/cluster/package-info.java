/** Who takes part, who leads, and who led before; what the instances tell each other of themselves. */
@NullMarked
package dev.coord.sample.cluster;

import org.jspecify.annotations.NullMarked;
