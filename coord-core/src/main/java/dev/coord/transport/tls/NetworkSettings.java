package dev.coord.transport.tls;

import dev.coord.InvalidSettingsException;
import dev.coord.transport.Address;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a process listens for the others of its groups over TCP, where they reach it, and how they trust each other.
 *
 * @param host the interface to listen on, by name or number; empty for all of them, or, without TLS, for loopback
 * @param port the port to listen on; 0 for any that is free
 * @param advertised where the others reach this process, a host, or a host and a port where another one is mapped to this; found out
 *     if empty
 * @param serverName the name that the certificates of all others must have; if empty, that of each must have the host that it
 *     advertises
 * @param identity asked at each handshake, so that certificates can be replaced while connections are open; there is no encryption
 *     without one, and everybody who reaches the port is let in
 */
public record NetworkSettings(
        String host,
        int port,
        Optional<String> advertised,
        Optional<String> serverName,
        Optional<Supplier<TlsIdentity>> identity) {
    private static final int MAX_PORT = 65_535;

    public NetworkSettings {
        if (port < 0 || port > MAX_PORT) {
            throw new InvalidSettingsException(
                    "The mesh's port must be from 1 to 65535, or 0 for any that is free, not " + port, "mesh.address");
        }
        advertised.ifPresent(NetworkSettings::checkAdvertised);
        if (serverName.filter(String::isBlank).isPresent()) {
            throw new InvalidSettingsException(
                    "The name that certificates must have must not be empty", "mesh.ssl.server-name");
        }
    }

    /** Mutual TLS on all interfaces, and a free port. */
    public static NetworkSettings tls(Supplier<TlsIdentity> identity) {
        return new NetworkSettings("", 0, Optional.empty(), Optional.empty(), Optional.of(identity));
    }

    /** No TLS: on loopback, unless another address is set, and a free port. */
    public static NetworkSettings plaintext() {
        return new NetworkSettings("", 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The same on another address.
     *
     * @param address {@code host:port}, {@code [IPv6 address]:port}, or {@code :port} for all interfaces; the port may be 0
     * @throws InvalidSettingsException if it is none of these
     */
    public NetworkSettings withAddress(String address) {
        int colon = address.lastIndexOf(':');
        String before = colon < 0 ? "" : address.substring(0, colon);
        boolean bracketed = before.startsWith("[") && before.endsWith("]");
        String bare = bracketed ? before.substring(1, before.length() - 1) : before;
        try {
            if (colon >= 0 && (bracketed || bare.indexOf(':') < 0)) {
                int wanted = Integer.parseInt(address.substring(colon + 1));
                String any = bare.isEmpty() ? "0.0.0.0" : bare;
                return new NetworkSettings(any, wanted, advertised, serverName, identity);
            }
        } catch (NumberFormatException e) {
            throw new InvalidSettingsException(noAddress(address), e, "mesh.address");
        }
        throw new InvalidSettingsException(noAddress(address), "mesh.address");
    }

    private static String noAddress(String address) {
        return "The mesh's address must be host:port, [IPv6 address]:port or :port, not '" + address + "'";
    }

    /** The same where the others reach this process at another address: a host, or a host and a port. */
    public NetworkSettings withAdvertised(String address) {
        return new NetworkSettings(host, port, Optional.of(address), serverName, identity);
    }

    /** The same with one name that all certificates must have. */
    public NetworkSettings withServerName(String name) {
        return new NetworkSettings(host, port, advertised, Optional.of(name), identity);
    }

    /** The same with mutual TLS. */
    public NetworkSettings withIdentity(Supplier<TlsIdentity> value) {
        return new NetworkSettings(host, port, advertised, serverName, Optional.of(value));
    }

    private static void checkAdvertised(String address) {
        try {
            var unused = advertised(address, 1);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingsException(
                    "The mesh's advertised address must be a host, host:port, or [IPv6 address]:port, not '" + address
                            + "'",
                    e,
                    "mesh.advertised-address");
        }
    }

    /** What {@code address}, with or without a port, means for a server that is bound to {@code bound}. */
    static Address advertised(String address, int bound) {
        Optional<Address> whole = Address.find(address).filter(found -> found.port() > 0);
        return whole.orElseGet(() -> {
            // Parsed again, because what should be a host may be something else.
            Address parsed = Address.parse(Address.network(address, bound).toString());
            if (parsed.port() != bound) {
                throw new IllegalArgumentException("'" + address + "' is no host");
            }
            return parsed;
        });
    }
}
