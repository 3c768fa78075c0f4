package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.autoconfigure.MeshRunner.greet;
import static dev.coord.spring.autoconfigure.MeshRunner.leader;
import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import dev.coord.spring.Patience;
import dev.coord.spring.greeting.GreeterGrpc.GreeterBlockingStub;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcServerInterceptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.ImportGrpcClients;

/** Calls over the mesh as Micrometer sees them. */
class MeshObservationTest {
    private static final String CLIENT = "grpc.client";
    private static final String SERVER = "grpc.server";

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = MeshRunner.application(temp.resolve("shared"))
                .withUserConfiguration(AsyncGreeter.class, LeaderClient.class);
    }

    private ApplicationContextRunner observedBy(TestObservationRegistry registry) {
        return runner.withBean(ObservationRegistry.class, () -> registry);
    }

    private static void awaitOne(TestObservationRegistry registry, String name) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(registry)
                        .hasNumberOfObservationsWithNameEqualTo(name, 1)
                        .hasObservationWithNameEqualTo(name)
                        .that()
                        .hasBeenStarted()
                        .hasBeenStopped()
                        .hasLowCardinalityKeyValue("rpc.service", "coord.test.Greeter")
                        .hasLowCardinalityKeyValue("rpc.method", "Greet"));
    }

    @Test
    void bothEndsObserveACallAndTheTraceGoesAlong() {
        var leads = TestObservationRegistry.create();
        var follows = TestObservationRegistry.create();
        var received = new Trace();
        leads.observationConfig().observationHandler(received);
        follows.observationConfig().observationHandler(new Trace());
        observedBy(leads).run(leader -> {
            assertThat(leader.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            observedBy(follows).run(follower -> {
                greet(follower.getBean(GreeterBlockingStub.class));
                awaitOne(follows, CLIENT);
                awaitOne(leads, SERVER);
                assertThat(follows).doesNotHaveAnyRemainingCurrentObservation();
                assertThat(received.ids).containsExactly("trace of " + CLIENT);
            });
        });
    }

    @Test
    void channelsOfTheMeshItselfAreObservedToo() {
        var registry = TestObservationRegistry.create();
        observedBy(registry).run(context -> {
            greet(leader(context.getBean(Mesh.class)));
            awaitOne(registry, CLIENT);
            awaitOne(registry, SERVER);
        });
    }

    @Test
    void springBootsPropertiesSwitchThemOff() {
        var registry = TestObservationRegistry.create();
        observedBy(registry)
                .withPropertyValues(
                        "spring.grpc.client.observation.enabled=false", "spring.grpc.server.observation.enabled=false")
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean("coordMeshClientObservations")
                            .doesNotHaveBean("coordMeshServerObservations");
                    greet(context.getBean(GreeterBlockingStub.class));
                    assertThat(registry).doesNotHaveAnyObservation();
                });
    }

    @Test
    void anInterceptorOfTheApplicationsOwnTakesTheirPlace() {
        var registry = TestObservationRegistry.create();
        var own = TestObservationRegistry.create();
        observedBy(registry)
                .withBean(ObservationGrpcServerInterceptor.class, () -> new ObservationGrpcServerInterceptor(own))
                .run(context -> {
                    greet(context.getBean(GreeterBlockingStub.class));
                    awaitOne(own, SERVER);
                    awaitOne(registry, CLIENT);
                    assertThat(registry).hasNumberOfObservationsWithNameEqualTo(SERVER, 0);
                });
    }

    @Test
    void withoutARegistryNothingIsObserved() {
        new ApplicationContextRunner()
                .withUserConfiguration(AsyncGreeter.class)
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordMeshAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean("coordMeshClientObservations")
                        .doesNotHaveBean("coordMeshServerObservations"));
    }

    @Test
    void micrometersGrpcSupportIsNotNeeded() {
        observedBy(TestObservationRegistry.create())
                .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean("coordMeshServerObservations");
                    assertThat(greet(context.getBean(GreeterBlockingStub.class)))
                            .startsWith("hello");
                });
    }

    @Configuration(proxyBeanMethods = false)
    @ImportGrpcClients(target = "coord:///leader", types = GreeterBlockingStub.class)
    static class LeaderClient {}

    /** What tracing does: sends an id along, and reads it at the other end. */
    private static final class Trace implements ObservationHandler<Observation.Context> {
        private static final String KEY = "trace";
        private final List<String> ids = new CopyOnWriteArrayList<>();

        @Override
        public void onStart(Observation.Context context) {
            if (context instanceof SenderContext<?> sender) {
                send(sender, "trace of " + context.getName());
            } else if (context instanceof ReceiverContext<?> receiver) {
                ids.add(receive(receiver));
            }
        }

        private static <C> void send(SenderContext<C> context, String id) {
            context.getSetter().set(context.getCarrier(), KEY, id);
        }

        private static <C> String receive(ReceiverContext<C> context) {
            return context.getGetter().get(context.getCarrier(), KEY);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
