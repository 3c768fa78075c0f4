package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
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
import dev.coord.spring.greeting.Greetings.PublicWaver;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class CoordMeshAutoConfigurationTest {
    private static final String HEALTH = "coord.mesh.health.enabled=true";
    private static final String REFLECTION = "coord.mesh.reflection.enabled=true";

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
                .withPropertyValues("coord.enabled=false", HEALTH, REFLECTION)
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
    void healthIsServedIfAPropertySaysSo() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withPropertyValues(HEALTH)
                .run(context -> {
                    Channel leader = leader(context.getBean(Mesh.class));
                    assertThat(health(leader, "")).isEqualTo(ServingStatus.SERVING);
                    assertThat(health(leader, GreeterGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
                    assertThat(context).as("of a public server").doesNotHaveBean(HealthStatusManager.class);
                });
    }

    @Test
    void reflectionIsServedIfAPropertySaysSo() {
        runner.withUserConfiguration(AsyncGreeter.class, PublicWaver.class)
                .withPropertyValues(REFLECTION)
                .run(context -> assertThat(reflected(leader(context.getBean(Mesh.class))))
                        .contains(GreeterGrpc.SERVICE_NAME, ParticipantServiceGrpc.SERVICE_NAME)
                        .doesNotContain("coord.test.Waver"));
    }

    @Test
    void neitherIsServedByDefault() {
        runner.withUserConfiguration(AsyncGreeter.class).run(context -> {
            Channel leader = leader(context.getBean(Mesh.class));
            greet(leader);
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> health(leader, ""))
                    .extracting(e -> e.getStatus().getCode())
                    .isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(reflected(leader)).containsExactly("UNIMPLEMENTED");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {HEALTH, REFLECTION})
    void theStartEndsWhenTheLibraryForThemIsMissing(String property) {
        runner.withPropertyValues(property)
                .withClassLoader(new FilteredClassLoader(ProtoReflectionServiceV1.class, HealthStatusManager.class))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOfSatisfying(
                                FailureAnalyzedException.class,
                                e -> assertThat(e.analysis().getAction()).contains("io.grpc:grpc-services"))
                        .hasMessageContaining("'" + property.replace("=true", "") + "' is true"));
    }

    @Test
    void theLibraryForThemIsNotNeededOtherwise() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withClassLoader(new FilteredClassLoader("io.grpc.protobuf.services", "io.grpc.health"))
                .run(context ->
                        assertThat(greet(leader(context.getBean(Mesh.class)))).startsWith("hello"));
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

    private static ServingStatus health(Channel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    /** The names of the services, or the status code. */
    private static List<String> reflected(Channel channel) throws Exception {
        var names = new CompletableFuture<List<String>>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel)
                .withWaitForReady()
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        names.complete(response.getListServicesResponse().getServiceList().stream()
                                .map(ServiceResponse::getName)
                                .toList());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        names.complete(
                                List.of(Status.fromThrowable(failure).getCode().name()));
                    }

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        List<String> found = names.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        requests.onCompleted();
        return found;
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
