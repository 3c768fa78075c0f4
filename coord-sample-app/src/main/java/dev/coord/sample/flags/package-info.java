/** The flags: what they are, the operations that change them, and their REST interface. */
@NullMarked
package dev.coord.sample.flags;

import org.jspecify.annotations.NullMarked;
