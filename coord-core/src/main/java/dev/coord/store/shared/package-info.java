/** One embedded H2 file that many processes use at once: a host elected by the kernel, and epochs. */
@NullMarked
package dev.coord.store.shared;

import org.jspecify.annotations.NullMarked;
