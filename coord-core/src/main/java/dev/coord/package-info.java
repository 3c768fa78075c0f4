/** The words that all parts share: role, term, participant, leadership, and the errors. */
@NullMarked
package dev.coord;

import org.jspecify.annotations.NullMarked;
