package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.ParticipantId;
import dev.coord.cluster.Coordinator;
import dev.coord.testing.Patience;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.NonBlocking;

/** Threads that must not wait are refused, and can submit without waiting. */
class BlockingCallsTest {
    private final WorldRoleHandler handler =
            WorldRoleHandler.builder().operations(new Counting()).build();
    private Coordinator coordinator;

    @BeforeEach
    void start(@TempDir Path directory) {
        coordinator = Coordinator.builder()
                .directory(directory)
                .handler(handler)
                .shutdownHook(false)
                .build();
        coordinator.start();
        write();
    }

    @AfterEach
    void close() {
        coordinator.close();
    }

    private void write() {
        handler.world().state().createObject(UUID.randomUUID().toString(), ObjectRef.EMPTY);
    }

    @Test
    void anEventLoopMayReadAndSubmitButNotWait() throws Exception {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            assertThat(loops.submit(() -> handler.world().read(WorldView::countObjects))
                            .get())
                    .isEqualTo(1);
            assertThatThrownBy(() -> loops.submit(this::write).get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(BlockingCallException.class)
                    .hasMessageContaining("an event loop of Netty")
                    .hasMessageContaining("submitAsync");
            var result = new CompletableFuture<WorldResult>();
            loops.execute(() -> {
                var unused =
                        handler.world().submitAsync("id", "count", new byte[0]).thenAccept(result::complete);
            });
            assertThat(result.get(Patience.SECONDS, TimeUnit.SECONDS).value())
                    .isEqualTo("1".getBytes(StandardCharsets.UTF_8));
        } finally {
            var unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    @Test
    void aThreadOfReactorsMustNotWait() throws Exception {
        var refused = new CompletableFuture<Throwable>();
        var thread = new ReactorThread(() -> {
            try {
                write();
                refused.complete(new AssertionError("It waited"));
            } catch (BlockingCallException e) {
                refused.complete(e);
            }
        });
        thread.start();

        assertThat(refused.get(Patience.SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(BlockingCallException.class)
                .hasMessageContaining("'parallel-1', which Reactor has for work that does not block");
    }

    private static final class ReactorThread extends Thread implements NonBlocking {
        ReactorThread(Runnable work) {
            super(work, "parallel-1");
        }
    }

    @Test
    void anOperationDoesNotSubmitAnother() {
        assertThatThrownBy(() -> handler.world().submit("id", "submit", new byte[0]))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("'submit' submits 'create_object' before it has ended");
        assertThat(handler.world().read(WorldView::countObjects)).isEqualTo(1);
    }

    @Test
    void whatDependsOnAnAnswerMayWait() throws Exception {
        handler.world()
                .submitAsync("id", "count", new byte[0])
                .thenRun(this::write)
                .get(Patience.SECONDS, TimeUnit.SECONDS);

        assertThat(handler.world().read(WorldView::countObjects)).isEqualTo(2);
    }

    /** Operations "count", and "submit", which is a mistake. */
    private final class Counting implements OperationLookup {
        @Override
        public Optional<WorldOperation> worldOperation(String type, byte[] body) {
            return Optional.of(new WorldOperation() {
                @Override
                public String type() {
                    return type;
                }

                @Override
                public byte[] body() {
                    return body;
                }

                @Override
                public byte[] apply(WorldState world, ParticipantId sender) {
                    if (type.equals("submit")) {
                        write();
                    }
                    return Integer.toString(world.countObjects()).getBytes(StandardCharsets.UTF_8);
                }
            });
        }

        @Override
        public Optional<ObjectOperation> objectOperation(String type, byte[] body) {
            return Optional.empty();
        }
    }
}
