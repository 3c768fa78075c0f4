package dev.coord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.testing.Patience;
import dev.coord.transport.unix.UnixTransport;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenStreamsTest {
    private static final Logger LOGGER = Logger.getLogger("io.grpc.netty.NettyServerHandler");
    private static final int MORE_THAN_A_WINDOW = 3_000_000;

    @TempDir
    private Path directory;

    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(log);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void end() {
        LOGGER.removeHandler(log);
        LOGGER.setUseParentHandlers(true);
    }

    /** An answer that its caller does not read, until it is gone. */
    private static final class Much extends ParticipantServiceGrpc.ParticipantServiceImplBase {
        private final CountDownLatch answered = new CountDownLatch(1);
        private final CountDownLatch cancelled = new CountDownLatch(1);

        @Override
        public void getParticipantInfo(
                GetParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answer) {
            ((ServerCallStreamObserver<GetParticipantInfoResponse>) answer).setOnCancelHandler(cancelled::countDown);
            answer.onNext(GetParticipantInfoResponse.newBuilder()
                    .addCapabilities("x".repeat(MORE_THAN_A_WINDOW))
                    .build());
            answered.countDown();
        }
    }

    @Test
    void aCallerThatDiesBeforeItHasReadIsNoWarning() throws IOException, InterruptedException {
        var service = new Much();
        try (var serving = new UnixTransport(directory);
                PrivateServer server = serving.listen(10_000_000)) {
            server.add(service.bindService(), Runnable::run);
            var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            ManagedChannel calling = NettyChannelBuilder.forAddress(
                            UnixDomainSocketAddress.of(server.address().path().orElseThrow()))
                    .channelType(NioDomainSocketChannel.class)
                    .eventLoopGroup(loop)
                    .withOption(ChannelOption.SO_KEEPALIVE, null)
                    .usePlaintext()
                    .overrideAuthority(Transport.AUTHORITY)
                    .build();
            ClientCall<GetParticipantInfoRequest, GetParticipantInfoResponse> call =
                    calling.newCall(ParticipantServiceGrpc.getGetParticipantInfoMethod(), CallOptions.DEFAULT);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.sendMessage(GetParticipantInfoRequest.getDefaultInstance());
            call.halfClose();
            assertThat(service.answered.await(Patience.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            // The end of its thread closes its sockets without a farewell.
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(Patience.MILLIS);
            assertThat(service.cancelled.await(Patience.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void whatElseIsWrongWithAStreamIsLogged() {
        BrokenStreams.quiet();
        var entry = new LogRecord(Level.WARNING, "Stream Error");
        entry.setThrown(Http2Exception.streamError(3, Http2Error.PROTOCOL_ERROR, "something else"));

        LOGGER.log(entry);
        LOGGER.warning("without an exception");

        assertThat(logged).hasSize(2);
    }
}
