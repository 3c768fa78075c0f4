/** The command line: looks at a directory or a database, checks it, backs it up, restores it, moves it. */
@NullMarked
package dev.coord.cli;

import org.jspecify.annotations.NullMarked;
