/** Coord as a citizen of a Spring application: its lifecycle and its events. */
@NullMarked
package dev.coord.spring;

import org.jspecify.annotations.NullMarked;
