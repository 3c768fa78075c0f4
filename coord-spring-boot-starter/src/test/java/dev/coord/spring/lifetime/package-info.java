/** What applications take from their JVM, and give back. */
@NullMarked
package dev.coord.spring.lifetime;

import org.jspecify.annotations.NullMarked;
