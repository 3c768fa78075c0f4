package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.sample.testing.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Three instances of the packaged application. Starting them takes most of the time, so all test classes that have this extension
 * share them; what a test kills is started anew for the next class.
 */
final class Instances implements AutoCloseable {
    /** Only there so that nothing hangs. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Path JAR = Path.of(System.getProperty("coord.sample.jar"));
    private static final int COUNT = 3;
    /**
     * However busy the machine is, leaders change for the reasons of the tests, and no call is given up; deaths are not learnt from
     * the lease.
     */
    private static final String[] OPTIONS = {
        "--coord.lease.renew-deadline=20s", "--coord.lease.stale-threshold=25s", "--coord.store.call-timeout=30s"
    };

    /** The warnings that something took long. */
    private static final Pattern OF_A_BUSY_MACHINE = Pattern.compile(
            " WARN .*(trying|tries|tried) (again|later)| WARN .*(did not run|did not end|no sign of life|does not"
                    + " answer)");

    private final Path work = Files.createTempDirectory("coord-instances");
    private final Fleet fleet = new Fleet();

    private Instances() throws IOException {}

    /** Gives it to tests, three of them alive and of one mind. */
    static final class Extension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
        @Override
        public void beforeAll(ExtensionContext context) throws Exception {
            get(context).complete(COUNT);
        }

        /** A kill, a hand-over and an end are no reason to complain. */
        @Override
        public void afterAll(ExtensionContext context) {
            assertThat(get(context).fleet.instances())
                    .allSatisfy(instance -> assertThat(instance.complaints())
                            .as("%s", instance)
                            .filteredOn(line -> !OF_A_BUSY_MACHINE.matcher(line).find())
                            .isEmpty());
        }

        private static Instances get(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Instances.class, type -> start(), Instances.class);
        }

        private static Instances start() {
            try {
                return new Instances();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Instances.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return get(context);
        }
    }

    /** Starts as many as are missing, and waits until one leads and the others follow it. */
    void complete(int count) throws IOException, InterruptedException {
        for (int port : Ports.free(Math.max(0, count - alive().size()))) {
            fleet.start(JAR, port, dir(), work, OPTIONS);
        }
        var unused = leader();
    }

    /** What they share. */
    Path dir() {
        return work.resolve("shared");
    }

    List<Instance> alive() {
        return fleet.instances().stream().filter(Instance::isAlive).toList();
    }

    /** The one that leads, when all that live agree on it. */
    Instance leader() throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            boolean settled = fleet.isSettled() && fleet.leader().orElseThrow().isAlive();
            Instance.Change change = fleet.next(settled ? System.nanoTime() : deadline);
            if (change == null) {
                assertThat(settled)
                        .as("agreed on a leader within %s; they last said %s", LIMIT, lastLines())
                        .isTrue();
                return fleet.leader().orElseThrow();
            }
        }
    }

    private List<List<String>> lastLines() {
        return alive().stream().map(Instance::lastLines).toList();
    }

    /** Any other one. */
    Instance follower() throws InterruptedException {
        Instance leader = leader();
        return alive().stream()
                .filter(instance -> instance != leader)
                .findFirst()
                .orElseThrow();
    }

    /** Waits for a leader in a term after {@code term}. */
    RoleLine awaitLeader(long term) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            var leader = fleet.leader().flatMap(fleet::role).filter(role -> role.term() > term);
            if (leader.isPresent()) {
                return leader.get();
            }
            assertThat(fleet.next(deadline))
                    .as("a leader after term %d in time", term)
                    .isNotNull();
        }
    }

    long term() throws InterruptedException {
        return fleet.role(leader()).orElseThrow().term();
    }

    static Api api(Instance instance) {
        return new Api(instance.port(), true);
    }

    List<Api> apis() {
        return alive().stream().map(Instances::api).toList();
    }

    @Override
    public void close() throws IOException {
        try {
            fleet.stop(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
