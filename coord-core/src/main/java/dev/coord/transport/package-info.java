/** How processes reach each other: private gRPC servers, channels to their participants, and where they are. */
@NullMarked
package dev.coord.transport;

import org.jspecify.annotations.NullMarked;
