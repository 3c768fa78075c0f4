/** Who takes part: one record per participant, a watcher, and proof of a process's death. */
@NullMarked
package dev.coord.registry;

import org.jspecify.annotations.NullMarked;
