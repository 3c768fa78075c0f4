/** Server-sent events: what changes, as it changes. */
@NullMarked
package dev.coord.sample.events;

import org.jspecify.annotations.NullMarked;
