/** For applications' own tests. No test library is needed, or loaded, when the application itself runs. */
@NullMarked
package dev.coord.spring.test;

import org.jspecify.annotations.NullMarked;
