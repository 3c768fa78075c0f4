package dev.coord.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a private server can be reached: the path of a Unix socket, or a host and a port. Its text, {@code /run/coord/coord-17.sock},
 * {@code web-1:9123} or {@code [::1]:9123}, is what registry, lease and wire carry.
 */
public final class Address {
    private static final int MAX_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("coord-[^/:]+\\.sock");

    private final String text;
    private final @Nullable Path path;
    private final String host;
    private final int port;

    private Address(String text, @Nullable Path path, String host, int port) {
        this.text = text;
        this.path = path;
        this.host = host;
        this.port = port;
    }

    /** The Unix socket {@code path}, which must be absolute. */
    public static Address unix(Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("The path of a socket must be absolute: " + path);
        }
        return new Address(path.toString(), path, "", 0);
    }

    /**
     * A host, by name or number, and a port.
     *
     * @throws IllegalArgumentException if it is no host, or the port is not between 1 and 65535
     */
    public static Address network(String host, int port) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.isEmpty() || port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + host + "' with port " + port
                    + " is no address: a host's name or number and a port from 1 to 65535 are needed");
        }
        String text = (bare.indexOf(':') >= 0 ? "[" + bare + "]" : bare) + ":" + port;
        return new Address(text, null, bare, port);
    }

    /**
     * The socket {@code name} in a directory that each process may see by another path: what they tell each other through their
     * store, which makes a path of it. It has neither a path nor a host.
     *
     * @throws IllegalArgumentException if it is not like {@code coord-17.sock}
     */
    public static Address shared(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name of a socket: it must be like coord-17.sock");
        }
        return new Address(name, null, "", 0);
    }

    /** Whether {@code text} is the name of a socket, see {@link #shared}. */
    public static boolean isShared(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * What {@code text} says: a text that begins with a slash is a path.
     *
     * @throws IllegalArgumentException if it is no address; the message has the text
     */
    public static Address parse(String text) {
        try {
            if (text.startsWith("/")) {
                return unix(Path.of(text));
            }
            if (isShared(text)) {
                return shared(text);
            }
            var uri = new URI("coord", text, "", null, null);
            if (uri.getUserInfo() == null && uri.getHost() != null && uri.getPort() > 0) {
                return network(uri.getHost(), uri.getPort());
            }
        } catch (URISyntaxException | InvalidPathException e) {
            throw noAddress(text, e);
        }
        throw noAddress(text, null);
    }

    /**
     * What {@code text} says, for what others wrote; empty if that is nothing, or no address that this version knows: nobody can be
     * reached there.
     */
    public static Optional<Address> find(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What {@link #find} reads: the text of {@code address}, and none if it is empty. */
    public static String text(Optional<Address> address) {
        return address.map(Address::toString).orElse("");
    }

    private static IllegalArgumentException noAddress(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + text
                        + "' is no address: it must be the absolute path of a socket, host:port, or [IPv6 address]:port",
                cause);
    }

    /**
     * What processes may tell each other that see one directory by different paths: of a Unix socket the name alone, see {@link
     * #shared}; a host and port as they are. Empty if the socket is not one of ours.
     */
    public Optional<Address> withoutDirectory() {
        Path socket = path;
        if (socket == null) {
            return Optional.of(this);
        }
        return Optional.ofNullable(socket.getFileName())
                .map(Path::toString)
                .filter(Address::isShared)
                .map(Address::shared);
    }

    /** The path of the Unix socket; empty for a host and port, and for a name. */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    /** The host without brackets; empty otherwise. */
    public String host() {
        return host;
    }

    /** The port; 0 without a host. */
    public int port() {
        return port;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Address address && text.equals(address.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return text;
    }
}
