/** One embedded H2 file that many processes use at once: an owner elected by the kernel, and epochs. */
@NullMarked
package dev.coord.store.shared;

import org.jspecify.annotations.NullMarked;
