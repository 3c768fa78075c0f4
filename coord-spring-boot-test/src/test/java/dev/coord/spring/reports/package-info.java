/** The application of the documentation's page about testing. */
@NullMarked
package dev.coord.spring.reports;

import org.jspecify.annotations.NullMarked;
