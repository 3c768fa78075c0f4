package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.greeting.Greetings.greeting;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coord.mesh.Mesh;
import dev.coord.spring.Patience;
import dev.coord.spring.greeting.GreeterGrpc;
import dev.coord.spring.greeting.Greeting;
import dev.coord.spring.greeting.WaverGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** Whole applications, with all auto-configurations that are there, and calls to what they serve. */
final class MeshRunner {
    private MeshRunner() {}

    static ApplicationContextRunner application(Path directory) {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(Patience.properties(directory, "spring.grpc.server.port=0"));
    }

    static Channel leader(Mesh mesh) {
        return mesh.channel("coord:///leader");
    }

    static String greet(Channel channel) {
        return greet(GreeterGrpc.newBlockingStub(channel));
    }

    static String greet(GreeterGrpc.GreeterBlockingStub stub) {
        return patient(stub).greet(greeting("hello")).getText();
    }

    static String wave(Channel channel) {
        return patient(WaverGrpc.newBlockingStub(channel)).wave(greeting("bye")).getText();
    }

    static void assertDoesNotGreet(Channel channel) {
        assertUnimplemented(() -> patient(GreeterGrpc.newBlockingStub(channel)).greet(greeting("hello")));
    }

    static void assertDoesNotWave(Channel channel) {
        assertUnimplemented(() -> patient(WaverGrpc.newBlockingStub(channel)).wave(greeting("bye")));
    }

    private static void assertUnimplemented(Callable<Greeting> call) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call::call)
                .extracting(e -> e.getStatus().getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    private static <S extends AbstractStub<S>> S patient(S stub) {
        return stub.withWaitForReady().withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
