/** The journal of the embedded database: its file format, and how it is written, read and copied. */
@NullMarked
package dev.coord.store.journal;

import org.jspecify.annotations.NullMarked;
