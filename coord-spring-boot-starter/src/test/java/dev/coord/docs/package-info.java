/** README and the pages of {@code docs/} are true as far as a program can tell: their code, names, properties and links. */
@NullMarked
package dev.coord.docs;

import org.jspecify.annotations.NullMarked;
