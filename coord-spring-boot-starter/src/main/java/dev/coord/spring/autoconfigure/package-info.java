/** Makes a coordinator and what belongs to it from {@code coord.*} properties. */
@NullMarked
package dev.coord.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
