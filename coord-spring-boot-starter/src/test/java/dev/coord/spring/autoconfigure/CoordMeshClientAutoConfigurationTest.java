package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.autoconfigure.MeshRunner.greet;
import static dev.coord.spring.autoconfigure.MeshRunner.wave;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.greeting.GreeterGrpc.GreeterBlockingStub;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import dev.coord.spring.greeting.Greetings.PublicWaver;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.ChannelBuilderOptions;
import org.springframework.grpc.client.GlobalClientInterceptor;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.client.ImportGrpcClients;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** Spring's gRPC clients with targets of the mesh. */
class CoordMeshClientAutoConfigurationTest {
    private static final String LEADER = "coord:///leader";

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = MeshRunner.application(temp.resolve("shared"));
    }

    private static ManagedChannel channel(AssertableApplicationContext context, String target) {
        return context.getBean(GrpcChannelFactory.class).createChannel(target);
    }

    private static String id(AssertableApplicationContext context) {
        return context.getBean(Coordinator.class).id().value();
    }

    @Test
    void oneApplicationCallsTheOtherOneThatLeads() {
        ApplicationContextRunner application = runner.withUserConfiguration(AsyncGreeter.class, LeaderClient.class);
        application.run(leader -> application.run(follower -> {
            assertThat(leader.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            assertThat(greet(follower.getBean(GreeterBlockingStub.class))).isEqualTo("hello, says " + id(leader));
            leader.getSourceApplicationContext().close();
            assertThat(greet(follower.getBean(GreeterBlockingStub.class))).isEqualTo("hello, says " + id(follower));
        }));
    }

    @Test
    void participantsAndCapabilitiesAreTargetsToo() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withPropertyValues("coord.capabilities=mail")
                .run(context -> {
                    String self = id(context);
                    assertThat(greet(channel(context, "coord:///participant/" + self)))
                            .isEqualTo("hello, says " + self);
                    assertThat(greet(channel(context, "coord:///capability/mail")))
                            .isEqualTo("hello, says " + self);
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> channel(context, "coord:///follower"))
                            .withMessageContaining("coord:///leader");
                });
    }

    @Test
    void aChannelOfThePropertiesCanHaveSuchATarget() {
        runner.withUserConfiguration(AsyncGreeter.class)
                .withPropertyValues("spring.grpc.client.channel.boss.target=${where}", "where=" + LEADER)
                .run(context -> assertThat(greet(channel(context, "boss"))).isEqualTo("hello, says " + id(context)));
    }

    @Test
    void otherTargetsAreLeftToTheOtherFactories() {
        runner.withUserConfiguration(PublicWaver.class).run(context -> {
            int port = context.getBean(GrpcServerLifecycle.class).getPort();
            assertThat(wave(channel(context, "static://127.0.0.1:" + port))).isEqualTo("bye, says public");
        });
    }

    @Test
    void globalInterceptorsAndTheChannelsOwnApply() {
        runner.withUserConfiguration(AsyncGreeter.class, GlobalInterceptor.class)
                .run(context -> {
                    var own = new RecordingInterceptor();
                    var options = ChannelBuilderOptions.defaults().withInterceptors(List.of(own));
                    greet(context.getBean(GrpcChannelFactory.class).createChannel(LEADER, options));
                    assertThat(own.methods).containsExactly("coord.test.Greeter/Greet");
                    assertThat(context.getBean(RecordingInterceptor.class).methods)
                            .containsExactly("coord.test.Greeter/Greet");
                });
    }

    @Test
    void customizersApplyUnlessTheyWantAnotherTransportsBuilder() {
        runner.withUserConfiguration(Customizers.class).run(context -> {
            channel(context, LEADER);
            assertThat(context.getBean(Customizers.class).customized).containsExactly("any " + LEADER);
            channel(context, "static://127.0.0.1:1");
            assertThat(context.getBean(Customizers.class).customized)
                    .contains("any static://127.0.0.1:1", "netty static://127.0.0.1:1");
        });
    }

    @Test
    void channelsAreClosedWithTheApplication() {
        var channel = new AtomicReference<ManagedChannel>();
        runner.withUserConfiguration(AsyncGreeter.class).run(context -> {
            channel.set(channel(context, LEADER));
            greet(channel.get());
        });
        assertThat(channel.get().isTerminated()).isTrue();
    }

    @Test
    void aPrimaryFactoryOfTheApplicationsOwnReplacesIt() {
        GrpcChannelFactory own = new OwnFactory();
        runner.withBean("own", GrpcChannelFactory.class, () -> own, definition -> definition.setPrimary(true))
                .run(context ->
                        assertThat(context.getBean(GrpcChannelFactory.class)).isSameAs(own));
    }

    @Test
    void itIsAbsentWithoutACoordinator() {
        runner.withPropertyValues("coord.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MeshChannelFactory.class));
    }

    @Test
    void itIsAbsentWithoutGrpcClients() {
        runner.withPropertyValues("spring.grpc.client.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(GrpcChannelFactory.class));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportGrpcClients(target = LEADER, types = GreeterBlockingStub.class)
    static class LeaderClient {}

    @Configuration(proxyBeanMethods = false)
    static class GlobalInterceptor {
        @Bean
        @GlobalClientInterceptor
        RecordingInterceptor interceptor() {
            return new RecordingInterceptor();
        }
    }

    static final class RecordingInterceptor implements ClientInterceptor {
        final List<String> methods = new CopyOnWriteArrayList<>();

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            methods.add(method.getFullMethodName());
            return next.newCall(method, options);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        final List<String> customized = new CopyOnWriteArrayList<>();

        @Bean
        <B extends ManagedChannelBuilder<B>> GrpcChannelBuilderCustomizer<B> any() {
            return (target, builder) -> customized.add("any " + target);
        }

        @Bean
        GrpcChannelBuilderCustomizer<NettyChannelBuilder> netty() {
            return new GrpcChannelBuilderCustomizer<>() {
                @Override
                public void customize(String target, NettyChannelBuilder builder) {
                    customized.add("netty " + target);
                }
            };
        }
    }

    private static final class OwnFactory implements GrpcChannelFactory {
        @Override
        public boolean supports(String target) {
            return false;
        }

        @Override
        public ManagedChannel createChannel(String target, ChannelBuilderOptions options) {
            throw new UnsupportedOperationException(target);
        }
    }
}
