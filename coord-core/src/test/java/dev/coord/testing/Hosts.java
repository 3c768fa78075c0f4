package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Hosts of a network of their own: namespaces of this machine, each with an address, joined by a bridge in another one, so that
 * nothing of the machine's own network is touched. Each has two more interfaces, which lead nowhere. Closing removes them; the
 * processes in them have to be over by then.
 */
public final class Hosts implements AutoCloseable {
    private static final String NAME = "coord-";
    /** For tests of networks, says RFC 2544. */
    private static final String NETWORK = "198.18.0.";

    private static final List<String> DEAD_ENDS = List.of("198.18.1.", "198.18.2.");
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final String prefix = NAME + ProcessHandle.current().pid() + "-";
    private final String bridge = prefix + "bridge";
    private final List<Host> all = new ArrayList<>();

    /** One of them. */
    public record Host(String namespace, String address) {
        /** What a command that shall run there begins with. */
        public List<String> enter() {
            return List.of("ip", "netns", "exec", namespace);
        }

        /** The same, for a process that has to believe that it is alone on its machine: it has pid 1. */
        public List<String> enterAlone() {
            return Stream.concat(
                            enter().stream(),
                            Stream.of("unshare", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"))
                    .toList();
        }

        /** Runs a command there; returns what it printed. */
        public String run(String... command) {
            return Hosts.run(
                    Stream.concat(enter().stream(), Arrays.stream(command)).toList());
        }

        /** Adds a rule to the packet filter. */
        public void filter(String... rule) {
            run(Stream.concat(Stream.of("iptables", "-w", "10", "-A"), Arrays.stream(rule))
                    .toArray(String[]::new));
        }

        /** Packets from and to {@code other} are lost. */
        public void cut(Host other) {
            deafen(other);
            mute(other);
        }

        /** Packets from {@code other} are lost. */
        public void deafen(Host other) {
            filter("INPUT", "-s", other.address(), "-j", "DROP");
        }

        /** Packets to {@code other} are lost. */
        public void mute(Host other) {
            filter("OUTPUT", "-d", other.address(), "-j", "DROP");
        }

        /** Of the connections with {@code other} that are open now all packets are lost. New ones are possible. */
        public void silenceConnections(Host other) {
            List<String> ports = run("ss", "-tnH", "state", "established", "dst", other.address())
                    .lines()
                    .map(line -> line.trim().split("\\s+", -1)[2])
                    .map(local -> local.substring(local.lastIndexOf(':') + 1))
                    .toList();
            for (String port : ports) {
                filter("INPUT", "-s", other.address(), "-p", "tcp", "--dport", port, "-j", "DROP");
                filter("OUTPUT", "-d", other.address(), "-p", "tcp", "--sport", port, "-j", "DROP");
            }
        }

        /** What comes for one port, on connections that are made from now on, goes to another. */
        public void redirect(int from, int to) {
            filter(
                    "PREROUTING",
                    "-t",
                    "nat",
                    "-p",
                    "tcp",
                    "--dport",
                    Integer.toString(from),
                    "-j",
                    "REDIRECT",
                    "--to-ports",
                    Integer.toString(to));
        }

        /** Takes all rules back. */
        public void heal() {
            run("iptables", "-w", "10", "-F");
            run("iptables", "-w", "10", "-t", "nat", "-F");
        }
    }

    /** Makes {@code count} hosts. */
    public Hosts(int count) {
        removeLeftOver();
        run("ip", "netns", "add", bridge);
        run("ip", "-n", bridge, "link", "add", "name", "switch", "type", "bridge");
        run("ip", "-n", bridge, "link", "set", "switch", "up");
        for (int i = 1; i <= count; i++) {
            all.add(make(i));
        }
    }

    private Host make(int number) {
        var host = new Host(prefix + number, NETWORK + number);
        run("ip", "netns", "add", host.namespace());
        run("ip", "-n", host.namespace(), "link", "set", "lo", "up");
        plug(host, number, "aside", DEAD_ENDS.get(0) + number);
        plug(host, number, "main", host.address());
        run("ip", "-n", bridge, "link", "set", "main" + number, "master", "switch");
        plug(host, number, "beside", DEAD_ENDS.get(1) + number);
        return host;
    }

    private void plug(Host host, int number, String name, String address) {
        String end = name + number;
        run(
                "ip",
                "-n",
                bridge,
                "link",
                "add",
                "name",
                end,
                "type",
                "veth",
                "peer",
                "name",
                name,
                "netns",
                host.namespace());
        run("ip", "-n", bridge, "link", "set", end, "up");
        run("ip", "-n", host.namespace(), "addr", "add", address + "/24", "dev", name);
        run("ip", "-n", host.namespace(), "link", "set", name, "up");
    }

    /** Why there can be none on this machine; empty if they can be had. */
    public static Optional<String> missing() {
        if (!OtherUser.isRoot()) {
            return Optional.of("Hosts in network namespaces need root: run this test as root to have them");
        }
        String probe = NAME + ProcessHandle.current().pid() + "-probe";
        boolean possible = OtherUser.succeeds(List.of("ip", "netns", "add", probe))
                && OtherUser.succeeds(List.of("ip", "netns", "exec", probe, "iptables", "-w", "10", "-L"))
                && OtherUser.succeeds(List.of("ip", "netns", "exec", probe, "ss", "-tn"));
        var unused = OtherUser.succeeds(List.of("ip", "netns", "del", probe));
        return possible
                ? Optional.empty()
                : Optional.of("Hosts need network namespaces, and ip, ss and iptables: install iproute2 and iptables");
    }

    /** The hosts, in the order in which they were made. */
    public List<Host> all() {
        return List.copyOf(all);
    }

    private static String run(String... command) {
        return run(List.of(command));
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS))
                    .as("%s ends", command)
                    .isTrue();
            assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whoever made them was killed. */
    private static void removeLeftOver() {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        try (Stream<Path> names = Files.list(NAMESPACES)) {
            names.map(name -> name.getFileName().toString())
                    .filter(name -> name.matches(NAME + "\\d+-.*"))
                    .filter(name -> ProcessHandle.of(Long.parseLong(name.split("-", -1)[1]))
                            .isEmpty())
                    .forEach(name -> run("ip", "netns", "del", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        all.forEach(host -> run("ip", "netns", "del", host.namespace()));
        run("ip", "netns", "del", bridge);
    }
}
