/** For applications' own tests: {@link dev.coord.spring.test.CoordTest @CoordTest}, and what stands behind it. */
@NullMarked
package dev.coord.spring.test;

import org.jspecify.annotations.NullMarked;
