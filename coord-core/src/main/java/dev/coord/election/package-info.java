/** The lease of a group: who may claim it, when it is held, and how it is renewed. */
@NullMarked
package dev.coord.election;

import org.jspecify.annotations.NullMarked;
