package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import dev.coord.store.Participant;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class SeqnoWatchTest {
    private static final MeshDirectory ALONE = new MeshDirectory() {
        @Override
        public List<Participant> participants() {
            return List.of();
        }

        @Override
        public Optional<LeaderInfo> leader() {
            return Optional.empty();
        }

        @Override
        public Registration onChange(Runnable listener) {
            return () -> {};
        }
    };

    private static final Channel NEVER_CALLED = new Channel() {
        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            throw new AssertionError("called though it is not wanted");
        }

        @Override
        public String authority() {
            return "nowhere";
        }
    };

    /** It ends just after somebody saw that it had not. */
    private static final ScheduledExecutorService ENDING = (ScheduledExecutorService) Proxy.newProxyInstance(
            SeqnoWatchTest.class.getClassLoader(),
            new Class<?>[] {ScheduledExecutorService.class},
            (proxy, method, arguments) -> {
                if (method.getName().equals("schedule")) {
                    throw new RejectedExecutionException("ended");
                }
                return false;
            });

    @Test
    void aWatchThatEndsWhileItsTimerDoesIsNoFailure() {
        try (var watch = new SeqnoWatch(NEVER_CALLED, ALONE, ENDING, () -> false, seqno -> {})) {
            assertThatCode(watch::watch).doesNotThrowAnyException();
        }
    }
}
