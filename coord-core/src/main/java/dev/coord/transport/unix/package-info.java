/** The transport of one machine: Unix sockets in private directories, for processes of one user. */
@NullMarked
package dev.coord.transport.unix;

import org.jspecify.annotations.NullMarked;
