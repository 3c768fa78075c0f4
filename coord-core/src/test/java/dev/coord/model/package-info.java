/** Checks the model of how processes take over a database: see the folder {@code model} of the repository. */
@NullMarked
package dev.coord.model;

import org.jspecify.annotations.NullMarked;
