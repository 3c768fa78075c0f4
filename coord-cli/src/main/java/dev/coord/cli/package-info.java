/** The command line: looks at a directory, checks it, backs it up, restores it. */
@NullMarked
package dev.coord.cli;

import org.jspecify.annotations.NullMarked;
