package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import dev.coord.store.Participant;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;
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

    @Test
    void aWatchThatEndsWhileItsTimerDoesIsNoFailure() {
        var timer = new SharedTimer();
        timer.close();
        try (var watch =
                new SeqnoWatch(NEVER_CALLED, ALONE, timer, new Workers(NanoClock.system()), () -> false, seqno -> {})) {
            assertThatCode(watch::watch).doesNotThrowAnyException();
        }
    }
}
