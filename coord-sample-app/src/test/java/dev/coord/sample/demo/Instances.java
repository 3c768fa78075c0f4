package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.sample.RoleLine;
import dev.coord.sample.testing.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Three instances of the packaged application. Starting them takes most of the time, so all test classes that have this extension
 * share them; what a test kills is started anew for the next one.
 */
final class Instances implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("coord.sample.jar"));
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final int COUNT = 3;

    private final Path work = Files.createTempDirectory("coord-instances");
    private final Fleet fleet = new Fleet();

    private Instances() throws IOException {}

    /** Gives it to tests, three of them alive and of one mind. */
    static final class Extension implements BeforeAllCallback, ParameterResolver {
        @Override
        public void beforeAll(ExtensionContext context) throws Exception {
            get(context).complete();
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
    void complete() throws IOException, InterruptedException {
        for (int port : Ports.free(COUNT - alive().size())) {
            fleet.start(JAR, port, work.resolve("shared"), work.resolve("pids"));
        }
        var unused = leader();
    }

    List<Instance> alive() {
        return fleet.instances().stream().filter(Instance::isAlive).toList();
    }

    /** The one that leads, when all that live agree on it. */
    Instance leader() throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            boolean settled = fleet.isSettled() && fleet.leader().orElseThrow().isAlive();
            Instance.Change change = fleet.next(settled ? System.nanoTime() : deadline);
            if (change == null) {
                assertThat(settled)
                        .as("agreed on a leader within %s; they last said %s", START_LIMIT, lastLines())
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
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
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
        return new Api(instance.port());
    }

    List<Api> apis() {
        return alive().stream().map(Instances::api).toList();
    }

    @Override
    public void close() throws IOException {
        try {
            fleet.stop(Duration.ofSeconds(10));
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
