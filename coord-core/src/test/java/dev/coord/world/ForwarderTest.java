package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.mesh.MeshDirectory;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.store.Participant;
import dev.coord.testing.Patience;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The way of submissions to a leader that is in the same process. */
class ForwarderTest {
    private static final WorldWrite TX = WorldWrite.incrementRev("a");

    private final AtomicInteger submissions = new AtomicInteger();
    private final ParticipantId self = new ParticipantId("self");

    /** Nobody but this participant. */
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

    private static final Channel NOWHERE = new Channel() {
        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            throw new IllegalStateException("This channel has ended");
        }

        @Override
        public String authority() {
            return "nowhere";
        }
    };

    /** An engine whose submissions fail {@code failures} times. */
    private WorldEngine engine(int failures) {
        return engine(failures, WorldUnavailableException.outcomeUnknown("id", "it fails on purpose", null));
    }

    private WorldEngine engine(int failures, Throwable failure) {
        return (WorldEngine) Proxy.newProxyInstance(
                WorldEngine.class.getClassLoader(),
                new Class<?>[] {WorldEngine.class},
                (proxy, method, arguments) -> submissions.incrementAndGet() > failures
                        ? CompletableFuture.completedFuture(WorldResult.ofRev(7))
                        : CompletableFuture.failedFuture(failure));
    }

    private Forwarder forwarder(WorldEngine engine) {
        return new Forwarder(
                "group",
                self,
                () -> Optional.of(engine),
                () -> 1,
                ALONE,
                NOWHERE,
                WorldSettings.defaults(),
                new WorldMonitors(),
                within -> {},
                new Workers(NanoClock.system()));
    }

    /** For a leader elsewhere. */
    private Forwarder forwarder(LongSupplier read, Channel leader) {
        return new Forwarder(
                "group",
                self,
                Optional::empty,
                read,
                LED,
                leader,
                WorldSettings.defaults(),
                new WorldMonitors(),
                within -> {},
                new Workers(NanoClock.system()));
    }

    @Test
    void whatHasNoOutcomeIsSubmittedAgain() throws Exception {
        try (var forwarder = forwarder(engine(3))) {
            var answer = forwarder.submit(TX, "id", Patience.LIMIT);

            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).rev()).isEqualTo(7);
            assertThat(submissions).hasValue(4);
        }
    }

    @Test
    void whatAnEngineThrowsCountsAsNoOutcome() throws Exception {
        var engine = (WorldEngine) Proxy.newProxyInstance(
                WorldEngine.class.getClassLoader(), new Class<?>[] {WorldEngine.class}, (proxy, method, arguments) -> {
                    if (submissions.incrementAndGet() < 3) {
                        throw new IllegalStateException("thrown on purpose");
                    }
                    return CompletableFuture.completedFuture(WorldResult.ofRev(7));
                });
        try (var forwarder = forwarder(engine)) {
            var answer = forwarder.submit(TX, "id", Patience.LIMIT);

            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).rev()).isEqualTo(7);
        }
    }

    @Test
    void aRefusalThatAnEngineWrapsIsTheRefusal() {
        try (var forwarder =
                forwarder(engine(Integer.MAX_VALUE, new CompletionException(new ObjectNotFoundException("a"))))) {
            var answer = forwarder.submit(TX, "id", Patience.LIMIT);

            assertThatThrownBy(() -> answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ObjectNotFoundException.class);
            assertThat(submissions).hasValue(1);
        }
    }

    @Test
    void whatHasNoOutcomeInTimeIsUnavailable() {
        try (var forwarder = forwarder(engine(Integer.MAX_VALUE))) {
            var answer = forwarder.submit(TX, "id", Duration.ofMillis(50));

            assertThatThrownBy(() -> answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WorldUnavailableException.class,
                            unavailable -> assertThat(unavailable.operationId()).isEqualTo("id"));
        }
    }

    @Test
    void whatIsTriedAgainWhenItIsClosedIsAnswered() {
        List<CompletableFuture<WorldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try (var forwarder = forwarder(engine(Integer.MAX_VALUE))) {
                answers.add(forwarder.submit(TX, "id", Patience.LIMIT));
            }
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThatThrownBy(() -> answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(WorldUnavailableException.class));
    }

    @Test
    void whatIsSubmittedAfterItWasClosedIsAnswered() {
        var forwarder = forwarder(engine(Integer.MAX_VALUE));
        forwarder.close();

        assertThatThrownBy(() -> forwarder.submit(TX, "id", Patience.LIMIT).get(Patience.SECONDS, TimeUnit.SECONDS))
                .hasCauseInstanceOf(WorldUnavailableException.class);
    }

    @Test
    void aChannelThatThrowsCountsAsNoOutcome() {
        var unknown = new AtomicInteger();
        WorldMonitor monitor = new WorldMonitor() {
            @Override
            public void submitted(long nanos, Outcome outcome) {
                assertThat(nanos).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
                assertThat(outcome).isEqualTo(Outcome.UNKNOWN);
                unknown.incrementAndGet();
            }
        };
        try (var forwarder = new Forwarder(
                "group",
                self,
                Optional::empty,
                () -> 1,
                ALONE,
                NOWHERE,
                WorldSettings.defaults(),
                monitor,
                within -> {},
                new Workers(NanoClock.system()))) {
            for (int i = 0; i < 10; i++) {
                var answer = forwarder.submit(TX, "id", Duration.ofMillis(20));
                assertThatThrownBy(() -> answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(WorldUnavailableException.class);
            }
        }
        assertThat(unknown).hasValue(10);
    }

    @Test
    void anIdThatIsNoneIsRefused() {
        try (var forwarder = forwarder(engine(0))) {
            for (String id : List.of("", "i".repeat(101), "a\0b", "\ud83d")) {
                assertThatThrownBy(() ->
                                forwarder.submit(TX, id, Duration.ofSeconds(1)).get())
                        .hasCauseInstanceOf(InvalidOperationException.class);
            }
            assertThat(submissions).hasValue(0);
        }
    }

    /** Fails each call, once it has seen what was asked. */
    private static final class Witness extends Channel {
        private final List<SubmitWorldOpRequest> asked = new CopyOnWriteArrayList<>();
        private final Status answer;

        Witness(Status answer) {
            this.answer = answer;
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new ClientCall<>() {
                private Listener<A> listener;

                @Override
                public void start(Listener<A> told, Metadata headers) {
                    listener = told;
                }

                @Override
                public void sendMessage(Q request) {
                    asked.add((SubmitWorldOpRequest) request);
                    listener.onClose(answer, new Metadata());
                }

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(String message, Throwable cause) {}

                @Override
                public void halfClose() {}
            };
        }

        @Override
        public String authority() {
            return "witness";
        }
    }

    private static final MeshDirectory LED = new MeshDirectory() {
        @Override
        public List<Participant> participants() {
            return List.of();
        }

        @Override
        public Optional<LeaderInfo> leader() {
            return Optional.of(new LeaderInfo("group", new ParticipantId("leader"), new Term(7), 1, "address"));
        }

        @Override
        public Registration onChange(Runnable listener) {
            return () -> {};
        }
    };

    @Test
    void whatIsTooLargeForTheMeshIsCountedAsRefused() {
        var outcomes = new CopyOnWriteArrayList<WorldMonitor.Outcome>();
        WorldMonitor monitor = new WorldMonitor() {
            @Override
            public void submitted(long nanos, Outcome outcome) {
                outcomes.add(outcome);
            }
        };
        var witness = new Witness(Status.RESOURCE_EXHAUSTED);
        try (var forwarder = new Forwarder(
                "group",
                self,
                Optional::empty,
                () -> 1,
                LED,
                witness,
                WorldSettings.defaults(),
                monitor,
                within -> {},
                new Workers(NanoClock.system()))) {
            var answer = forwarder.submit(TX, "id", Patience.LIMIT);
            assertThatThrownBy(() -> answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InvalidOperationException.class)
                    .hasMessageContaining("largest message");
        }
        assertThat(outcomes).containsExactly(WorldMonitor.Outcome.REFUSED);
    }

    @Test
    void nothingIsSentBeforeTheWorldIsReadAndARepetitionSaysSinceWhen() {
        var witness = new Witness(Status.UNAVAILABLE);
        var read = new AtomicLong(-1);
        try (var forwarder = forwarder(read::get, witness)) {
            var impatient = forwarder.submit(TX, "impatient", Duration.ofMillis(50));
            assertThatThrownBy(() -> impatient.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(WorldUnavailableException.class)
                    .hasMessageContaining("did not happen");
            var unused = forwarder.submit(TX, "id", Patience.LIMIT);
            assertThat(witness.asked).isEmpty();
            read.set(0);
            await().until(() -> witness.asked.size() >= 3);
            read.set(40);
        }
        assertThat(witness.asked).extracting(SubmitWorldOpRequest::getOpId).containsOnly("id");
        assertThat(witness.asked.get(0).hasSentSinceSeqno())
                .as("not sent before")
                .isFalse();
        assertThat(witness.asked.subList(1, witness.asked.size())).allSatisfy(again -> {
            assertThat(again.hasSentSinceSeqno()).isTrue();
            assertThat(again.getSentSinceSeqno()).isZero();
        });
    }

    @Test
    void whatWasSentIsNotSaidNotToHaveHappenedAlsoIfItsIdSaysSinceWhen() {
        var witness = new Witness(Status.UNAVAILABLE);
        CompletableFuture<WorldResult> answer;
        try (var forwarder = forwarder(() -> 0, witness)) {
            answer = forwarder.submit(TX, "since-0-x", Patience.LIMIT);
            await().until(() -> !witness.asked.isEmpty());
        }
        assertThatThrownBy(() -> answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                .hasCauseInstanceOf(WorldUnavailableException.class)
                .hasMessageContaining("is not known")
                .hasMessageNotContaining("did not happen");
    }

    @Test
    void aRepetitionIsALaterCallForTheLeadershipThatIsKnown() {
        var witness = new Witness(Status.UNAVAILABLE);
        try (var forwarder = forwarder(() -> 1, witness)) {
            var unused = forwarder.submit(TX, "id", Patience.LIMIT);

            await().until(() -> witness.asked.size() >= 3);
        }
        assertThat(witness.asked).extracting(SubmitWorldOpRequest::getTerm).containsOnly(7L);
        assertThat(witness.asked).extracting(SubmitWorldOpRequest::getCall).startsWith(1L, 2L, 3L);
    }
}
