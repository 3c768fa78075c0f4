/** The threads of coord itself, which never end silently, and what they say when something goes wrong again and again. */
@NullMarked
package dev.coord.work;

import org.jspecify.annotations.NullMarked;
