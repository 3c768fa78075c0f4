/** What Coord shows to Micrometer. */
@NullMarked
package dev.coord.spring.metrics;

import org.jspecify.annotations.NullMarked;
