package dev.coord.spring.autoconfigure;

import static dev.coord.spring.autoconfigure.MeshRunner.assertDoesNotGreet;
import static dev.coord.spring.autoconfigure.MeshRunner.assertDoesNotWave;
import static dev.coord.spring.autoconfigure.MeshRunner.greet;
import static dev.coord.spring.autoconfigure.MeshRunner.leader;
import static dev.coord.spring.autoconfigure.MeshRunner.wave;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.mesh.Mesh;
import dev.coord.spring.MeshService;
import dev.coord.spring.greeting.GreeterGrpc;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import dev.coord.spring.greeting.Greetings.BindableGreeter;
import dev.coord.spring.greeting.Greetings.PlainGreeter;
import dev.coord.spring.greeting.Greetings.PublicWaver;
import dev.coord.spring.greeting.WaverGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.GrpcServerFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;

/** The application's own gRPC server beside the mesh. */
class CoordMeshPrivacyAutoConfigurationTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = MeshRunner.application(temp.resolve("shared"));
    }

    private static void withPublicServer(AssertableApplicationContext context, Consumer<ManagedChannel> use) {
        int port = context.getBean(GrpcServerLifecycle.class).getPort();
        ManagedChannel channel = Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .build();
        try {
            use.accept(channel);
        } finally {
            channel.shutdownNow();
        }
    }

    private static void assertNoPublicServer(AssertableApplicationContext context) {
        assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(GrpcServerLifecycle.class)
                .doesNotHaveBean(GrpcServerFactory.class)
                .doesNotHaveBean("grpcServerReflectionService")
                .doesNotHaveBean("grpcServerHealthService");
    }

    @ParameterizedTest
    @ValueSource(classes = {AsyncGreeter.class, BindableGreeter.class, PlainGreeterBean.class})
    void aServiceOfTheMeshAloneStartsNoPublicServer(Class<?> service) {
        runner.withUserConfiguration(service).run(context -> {
            assertNoPublicServer(context);
            assertThat(greet(leader(context.getBean(Mesh.class)))).startsWith("hello, says ");
        });
    }

    @Test
    void aServiceOfTheMeshStartsNoPublicServerEitherWhenTheApplicationDoesNotTakePart() {
        runner.withUserConfiguration(BindableGreeter.class)
                .withPropertyValues("coord.enabled=false")
                .run(context -> {
                    assertNoPublicServer(context);
                    assertThat(context).doesNotHaveBean(Mesh.class);
                });
    }

    @Test
    void withoutAnyServiceThereIsNoPublicServer() {
        runner.run(CoordMeshPrivacyAutoConfigurationTest::assertNoPublicServer);
    }

    @ParameterizedTest
    @ValueSource(classes = {AsyncGreeter.class, BindableGreeter.class, PlainGreeterBean.class})
    void neitherServerShowsWhatTheOtherOneServes(Class<?> service) {
        runner.withUserConfiguration(service, PublicWaver.class).run(context -> {
            withPublicServer(context, channel -> {
                assertThat(wave(channel)).isEqualTo("bye, says public");
                assertDoesNotGreet(channel);
            });
            assertThat(context.getBean(GrpcServiceDiscoverer.class).listServiceNames())
                    .contains(WaverGrpc.SERVICE_NAME)
                    .doesNotContain(GreeterGrpc.SERVICE_NAME);
            var mesh = leader(context.getBean(Mesh.class));
            assertThat(greet(mesh)).startsWith("hello, says ");
            assertDoesNotWave(mesh);
        });
    }

    @Test
    void thePublicServerIsWhatItWouldBeWithoutTheMesh() {
        runner.withUserConfiguration(PublicWaver.class)
                .run(context -> withPublicServer(
                        context, channel -> assertThat(wave(channel)).isEqualTo("bye, says public")));
    }

    @Test
    void aServiceOfTheMeshCanBeInjected() {
        runner.withUserConfiguration(BindableGreeter.class)
                .withBean(Injected.class)
                .run(context -> assertThat(context.getBean(Injected.class).greeter)
                        .isSameAs(context.getBean(BindableGreeter.class)));
    }

    @Test
    void theMeshNeedsNoGrpcServerModule() {
        runner.withUserConfiguration(BindableGreeter.class)
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.grpc.server", "org.springframework.boot.grpc.server"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(greet(leader(context.getBean(Mesh.class)))).isEqualTo("hello, says bindable");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class PlainGreeterBean {
        @Bean
        @MeshService
        PlainGreeter greeter() {
            return new PlainGreeter();
        }
    }

    static final class Injected {
        private final GreeterGrpc.GreeterImplBase greeter;

        Injected(GreeterGrpc.GreeterImplBase greeter) {
            this.greeter = greeter;
        }
    }
}
