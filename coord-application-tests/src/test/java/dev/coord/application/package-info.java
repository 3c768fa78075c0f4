/** Applications with and without the starter, each in a JVM of its own with the class path that it would have. */
@NullMarked
package dev.coord.application;

import org.jspecify.annotations.NullMarked;
