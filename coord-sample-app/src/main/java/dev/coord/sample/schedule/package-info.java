/** What only the leader does: it flips the flags whose time has come. */
@NullMarked
package dev.coord.sample.schedule;

import org.jspecify.annotations.NullMarked;
