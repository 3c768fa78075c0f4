/** TCP between machines, with mutual TLS: both ends prove that they belong to the group. */
@NullMarked
package dev.coord.transport.tls;

import org.jspecify.annotations.NullMarked;
