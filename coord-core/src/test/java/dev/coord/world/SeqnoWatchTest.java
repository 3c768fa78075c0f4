package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.mesh.MeshDirectory;
import dev.coord.proto.WatchWorldSeqnoResponse;
import dev.coord.store.Participant;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
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
        try (var watch = new SeqnoWatch(
                NEVER_CALLED, ALONE, timer, new Workers(NanoClock.system()), () -> false, (seqno, first) -> {})) {
            assertThatCode(watch::watch).doesNotThrowAnyException();
        }
    }

    /** Leaders whose answers the test gives. */
    private static final class Told extends Channel {
        private final List<ClientCall.Listener<WatchWorldSeqnoResponse>> calls = new CopyOnWriteArrayList<>();
        private final SilentLeaders leaders = new SilentLeaders();

        @Override
        @SuppressWarnings("unchecked")
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            ClientCall<Q, A> silent = leaders.newCall(method, options);
            return new ForwardingClientCall.SimpleForwardingClientCall<>(silent) {
                @Override
                public void start(Listener<A> answers, Metadata headers) {
                    super.start(answers, headers);
                    calls.add((ClientCall.Listener<WatchWorldSeqnoResponse>) answers);
                }
            };
        }

        @Override
        public String authority() {
            return "told";
        }

        void tell(int call, long seqno) {
            await().until(() -> calls.size() > call);
            calls.get(call)
                    .onMessage(
                            WatchWorldSeqnoResponse.newBuilder().setSeqno(seqno).build());
        }
    }

    private final Told told = new Told();
    private final List<Long> heard = new CopyOnWriteArrayList<>();

    private void watching(Consumer<SeqnoWatch> test) {
        var timer = new SharedTimer();
        told.leaders.lead(1);
        try (var watch = new SeqnoWatch(
                told, told.leaders, timer, new Workers(NanoClock.system()), () -> true, (seqno, first) -> {
                    heard.add(seqno);
                })) {
            watch.watch();
            test.accept(watch);
        } finally {
            timer.close();
        }
    }

    @Test
    void whatIsOnItsWayWhenTheWorldGoesBackIsNotBelieved() {
        watching(watch -> {
            told.tell(0, 10);
            watch.wentBack(5);
            told.tell(0, 12);
            assertThat(watch.last()).isEqualTo(5);
            told.tell(1, 6);
            assertThat(watch.last()).isEqualTo(6);
        });
        assertThat(heard).containsExactly(10L, 6L);
    }

    @Test
    void aNewLeaderThatKnowsOfFewerCommitsIsBelieved() {
        watching(watch -> {
            told.tell(0, 10);
            told.tell(0, 9);
            assertThat(watch.last()).isEqualTo(10);
            told.leaders.lead(2);
            told.leaders.tell();
            told.tell(1, 7);
            assertThat(watch.last()).isEqualTo(7);
            told.tell(1, 8);
            told.tell(1, 8);
        });
        assertThat(heard).containsExactly(10L, 7L, 8L);
    }
}
