package dev.coord.spring.autoconfigure;

import static dev.coord.spring.autoconfigure.MeshRunner.greet;
import static dev.coord.spring.autoconfigure.MeshRunner.leader;
import static dev.coord.spring.autoconfigure.MeshRunner.wave;
import static dev.coord.spring.greeting.Greetings.greeting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.spring.MeshCustomizer;
import dev.coord.spring.MeshService;
import dev.coord.spring.greeting.GreeterGrpc;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import dev.coord.spring.greeting.Greetings.BindableGreeter;
import dev.coord.spring.greeting.Greetings.GreeterAndWaver;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class CoordMeshAutoConfigurationTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = MeshRunner.application(temp.resolve("shared"));
    }

    @Test
    void theMeshIsThatOfTheCoordinator() {
        runner.run(context -> assertThat(context.getBean(Mesh.class))
                .isSameAs(context.getBean(Coordinator.class).mesh()));
    }

    @Test
    void thereIsNoneWithoutACoordinator() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withPropertyValues("coord.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Mesh.class));
    }

    @Test
    void aMeshOfTheApplicationsOwnReplacesIt() {
        runner.withUserConfiguration(OwnMesh.class, AsyncGreeter.class).run(context -> {
            assertThat(context).hasSingleBean(Mesh.class).hasBean("ownMesh");
            assertThat(greet(leader(context.getBean(Mesh.class)))).startsWith("hello");
        });
    }

    @Test
    void oneBeanCanBeSeveralServices() {
        runner.withUserConfiguration(GreeterAndWaver.class).run(context -> {
            Channel leader = leader(context.getBean(Mesh.class));
            assertThat(greet(leader)).isEqualTo("hello, says both");
            assertThat(wave(leader)).isEqualTo("bye, says both");
        });
    }

    @Test
    void servicesAreServedAlsoWhenBeansAreLazy() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context ->
                        assertThat(greet(leader(context.getBean(Mesh.class)))).startsWith("hello"));
    }

    @Test
    void theSameServiceTwiceEndsTheStart() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withBean("second", BindableGreeter.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FailureAnalyzedException.class)
                        .message()
                        .contains("is a @MeshService for coord.test.Greeter", "'second'", "AsyncGreeter'"));
    }

    @Test
    void theMeshsOwnServiceCannotBeReplaced() {
        runner.withUserConfiguration(OtherParticipantService.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("coord.ParticipantService, which the mesh itself serves already"));
    }

    @Test
    void whatIsNoServiceEndsTheStart() {
        runner.withUserConfiguration(NoService.class).run(context -> {
            assertThat(context)
                    .getFailure()
                    .isInstanceOfSatisfying(
                            FailureAnalyzedException.class,
                            e -> assertThat(e.analysis().getAction()).contains("AsyncService", "ImplBase"))
                    .hasMessageContaining(NoService.class.getName() + " is a @MeshService, but no gRPC service");
        });
    }

    @Test
    void customizersPrepareTheMeshBeforeServicesAreAdded() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withBean(MeshCustomizer.class, () -> mesh -> mesh.services().intercept(REFUSING))
                .run(context -> assertThatExceptionOfType(StatusRuntimeException.class)
                        .isThrownBy(() -> greet(leader(context.getBean(Mesh.class))))
                        .withMessageContaining("on principle"));
    }

    @Test
    void thePropertiesOfTheMeshReachIt() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withPropertyValues("coord.mesh.max-message-size=1KB")
                .run(context -> {
                    var stub = GreeterGrpc.newBlockingStub(leader(context.getBean(Mesh.class)));
                    greet(stub);
                    assertThatExceptionOfType(StatusRuntimeException.class)
                            .isThrownBy(() -> stub.greet(greeting("x".repeat(2000))))
                            .extracting(e -> e.getStatus().getCode())
                            .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                });
    }

    private static final ServerInterceptor REFUSING = new ServerInterceptor() {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            call.close(Status.PERMISSION_DENIED.withDescription("on principle"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    };

    @Configuration(proxyBeanMethods = false)
    static class OwnMesh {
        @Bean(destroyMethod = "")
        Mesh ownMesh(Coordinator coordinator) {
            return coordinator.mesh();
        }
    }

    @MeshService
    static class NoService {}

    @MeshService
    static class OtherParticipantService implements ParticipantServiceGrpc.AsyncService {
        @Override
        public void getParticipantInfo(
                GetParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answer) {
            answer.onCompleted();
        }
    }
}
