/**
 * The code that README and docs show: each block of theirs is a run of lines of a file in the test sources, or several with
 * {@code // …} between them.
 */
@NullMarked
package dev.coord.docs.snippets;

import org.jspecify.annotations.NullMarked;
