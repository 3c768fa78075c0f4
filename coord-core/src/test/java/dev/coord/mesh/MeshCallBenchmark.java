package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What a call over the mesh costs, beside the same call to a bare grpc-java server on the same kind of socket. */
@Tag("benchmark")
public class MeshCallBenchmark {
    private static final int IN_FLIGHT = 64;

    @Test
    public void theMeshBesideABareServer() throws RunnerException {
        var options = new OptionsBuilder()
                .include(Calls.class.getName().replace('$', '.'))
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(2))
                .forks(3)
                .build();
        var results = new Runner(options).run();
        for (String name : List.of("oneAfterTheOther", "manyInFlight")) {
            double mesh = score(results, name, "mesh");
            double bare = score(results, name, "bare");
            System.out.printf("%s: mesh %.0f calls/s, bare %.0f calls/s, ratio %.3f%n", name, mesh, bare, mesh / bare);
        }
    }

    private static double score(Iterable<RunResult> results, String name, String server) {
        var found = new ArrayList<Double>();
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().endsWith(name)
                    && result.getParams().getParam("server").equals(server)) {
                found.add(result.getPrimaryResult().getScore());
            }
        }
        assertThat(found).as(name + " " + server).hasSize(1);
        return found.get(0);
    }

    /** The benchmark itself. */
    @State(Scope.Benchmark)
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public static class Calls {
        @Param({"mesh", "bare"})
        public String server = "mesh";

        private AutoCloseable closing = () -> {};
        private ParticipantServiceGrpc.ParticipantServiceBlockingStub blocking;
        private ParticipantServiceGrpc.ParticipantServiceFutureStub futures;

        @Setup(Level.Trial)
        public void start() throws Exception {
            Path directory = Files.createTempDirectory("coord-bench");
            Channel channel = server.equals("mesh") ? startMesh(directory) : startBare(directory);
            blocking = ParticipantServiceGrpc.newBlockingStub(channel);
            futures = ParticipantServiceGrpc.newFutureStub(channel);
        }

        private Channel startMesh(Path directory) {
            var members = new Members(directory, MeshSettings.defaults());
            Members.Member a = members.join("one", "two");
            Members.Member b = members.join("one", "two");
            closing = members;
            return a.mesh().connect(b.record()).channel();
        }

        private Channel startBare(Path directory) throws Exception {
            var address = UnixDomainSocketAddress.of(directory.resolve("bare.sock"));
            EventLoopGroup serverLoop = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
            EventLoopGroup clientLoop = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
            Server bare = NettyServerBuilder.forAddress(address)
                    .channelType(NioServerDomainSocketChannel.class)
                    .bossEventLoopGroup(serverLoop)
                    .workerEventLoopGroup(serverLoop)
                    .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                    .directExecutor()
                    .addService(new Fixed())
                    .build()
                    .start();
            ManagedChannel channel = NettyChannelBuilder.forAddress(address)
                    .channelType(NioDomainSocketChannel.class)
                    .eventLoopGroup(clientLoop)
                    .overrideAuthority("bare")
                    .usePlaintext()
                    .withOption(ChannelOption.SO_KEEPALIVE, null)
                    .build();
            closing = () -> {
                channel.shutdownNow();
                bare.shutdownNow();
                serverLoop.shutdownGracefully().awaitUninterruptibly();
                clientLoop.shutdownGracefully().awaitUninterruptibly();
            };
            return channel;
        }

        @TearDown(Level.Trial)
        public void stop() throws Exception {
            closing.close();
        }

        @Benchmark
        public GetParticipantInfoResponse oneAfterTheOther() {
            return blocking.getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance());
        }

        @Benchmark
        @OperationsPerInvocation(IN_FLIGHT)
        public List<GetParticipantInfoResponse> manyInFlight() throws Exception {
            List<ListenableFuture<GetParticipantInfoResponse>> answers = new ArrayList<>(IN_FLIGHT);
            for (int i = 0; i < IN_FLIGHT; i++) {
                answers.add(futures.getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance()));
            }
            return Futures.allAsList(answers).get();
        }
    }

    /** Answers as a participant does. */
    private static final class Fixed extends ParticipantServiceGrpc.ParticipantServiceImplBase {
        @Override
        public void getParticipantInfo(
                GetParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answer) {
            answer.onNext(GetParticipantInfoResponse.newBuilder()
                    .setParticipantId("m1")
                    .setGroup("test")
                    .addCapabilities("one")
                    .addCapabilities("two")
                    .build());
            answer.onCompleted();
        }
    }
}
