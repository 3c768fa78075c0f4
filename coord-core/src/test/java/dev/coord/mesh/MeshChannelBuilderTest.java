package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.coord.mesh.Members.Member;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.testing.TestTransport;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class MeshChannelBuilderTest {
    private static final String LEADER = "coord:///leader";

    @Parameter
    private TestTransport transport;

    @TempDir
    Path directory;

    private Members members;
    private Member leader;

    @BeforeEach
    void makeLeader() {
        members = new Members(transport, directory, Members.PATIENT);
        leader = members.join();
        members.lead(leader);
    }

    @AfterEach
    void closeMembers() {
        members.close();
    }

    private static final class Counting implements ClientInterceptor {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            calls.incrementAndGet();
            return next.newCall(method, options);
        }
    }

    private static void call(Channel channel) {
        var unused = ParticipantServiceGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance());
    }

    @Test
    void whatIsAddedToAChannelIsCalledAfterwards() {
        var interceptor = new Counting();
        call(leader.mesh().channelBuilder(LEADER).intercept(interceptor).build());
        call(leader.mesh().channel(LEADER));
        assertThat(interceptor.calls).hasValue(1);
    }

    @Test
    void whatTheMeshAddsIsNotAddedTwice() {
        var interceptor = new Counting();
        leader.mesh().intercept(interceptor);
        call(leader.mesh().channelBuilder(LEADER).intercept(interceptor).build());
        assertThat(interceptor.calls).hasValue(1);
    }

    @Test
    void theCallsToOneParticipantAreInterceptedToo() {
        var interceptor = new Counting();
        leader.mesh().intercept(interceptor);
        call(leader.mesh().client(leader.id()).channel());
        assertThat(interceptor.calls).hasValue(1);
    }

    @Test
    void theMeshesOwnCallsAreNot() {
        Member follower = members.join();
        var interceptor = new Counting();
        follower.mesh().intercept(interceptor);
        await().until(() -> follower.mesh().isWatching(leader.id()));
        follower.mesh().disconnect(leader.id());
        await().until(() -> follower.leaderLost().get() > 0);
        assertThat(follower.mesh().client(leader.id()).info().id()).isEqualTo(leader.id());
        await().until(() -> follower.mesh().isWatching(leader.id()));
        assertThat(interceptor.calls).hasValue(0);
    }

    @Test
    void theMeshClosesWhatItBuilt() {
        ManagedChannel channel = leader.mesh().channelBuilder(LEADER).build();
        leader.mesh().close();
        assertThat(channel.isShutdown()).isTrue();
    }

    @Test
    void aMeshThatWasClosedMeanwhileBuildsNone() {
        MeshChannelBuilder builder = leader.mesh().channelBuilder(LEADER);
        leader.mesh().close();
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("The mesh of " + leader.id() + " is closed");
    }
}
