/** Every participant calls every other one: a private gRPC server each, and the {@code coord:} targets that find them. */
@NullMarked
package dev.coord.mesh;

import org.jspecify.annotations.NullMarked;
