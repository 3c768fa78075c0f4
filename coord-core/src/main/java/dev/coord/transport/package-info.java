/** Private gRPC servers and channels on Unix sockets, and the private directories they live in. */
@NullMarked
package dev.coord.transport;

import org.jspecify.annotations.NullMarked;
