/** Runs some instances of the sample and watches them; {@code ./demo} starts it. With the JDK alone, unless they are to use a PostgreSQL. */
@NullMarked
package dev.coord.sample.demo;

import org.jspecify.annotations.NullMarked;
