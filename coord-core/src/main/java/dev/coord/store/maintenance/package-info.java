/** Looking after a store as a whole: checking what it has, backups, and putting them back. */
@NullMarked
package dev.coord.store.maintenance;

import org.jspecify.annotations.NullMarked;
