/** Runs some instances of the sample and watches them; {@code ./demo} starts it. Needs nothing but the JDK. */
@NullMarked
package dev.coord.sample.demo;

import org.jspecify.annotations.NullMarked;
