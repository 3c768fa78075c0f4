/** The coordinator: register, elect, lead or follow, call the role handler, release, deregister. */
@NullMarked
package dev.coord.cluster;

import org.jspecify.annotations.NullMarked;
