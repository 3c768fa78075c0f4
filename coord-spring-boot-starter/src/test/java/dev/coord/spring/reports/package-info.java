/** The application of the README's section about testing. */
@NullMarked
package dev.coord.spring.reports;

import org.jspecify.annotations.NullMarked;
