/** For applications' own tests. Nothing here is needed, or loaded, when the application runs. */
@NullMarked
package dev.coord.spring.test;

import org.jspecify.annotations.NullMarked;
