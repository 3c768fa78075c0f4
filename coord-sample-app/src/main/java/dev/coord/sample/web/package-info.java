/** What all of the REST interface has in common: how requests are read, and how they fail. */
@NullMarked
package dev.coord.sample.web;

import org.jspecify.annotations.NullMarked;
