package dev.coord.world;

import com.google.protobuf.Message;
import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.mesh.MeshDirectory;
import dev.coord.store.Participant;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Leaders that never answer, and a channel to them, whose calls end only when they are cancelled. */
final class SilentLeaders extends Channel implements MeshDirectory {
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<LeaderInfo> leader = Optional.empty();

    /** What was asked, cancelled or not. */
    List<Message> requests() {
        return requests;
    }

    /** Another one leads, but nobody was told of it yet. */
    void lead(long term) {
        leader = Optional.of(new LeaderInfo("test", new ParticipantId("p" + term), new Term(term), term, ""));
    }

    void noneLeads() {
        leader = Optional.empty();
    }

    void tell() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public Optional<LeaderInfo> leader() {
        return leader;
    }

    @Override
    public List<Participant> participants() {
        return List.of();
    }

    @Override
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public String authority() {
        return "silent";
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return new ClientCall<>() {
            @Override
            public void start(Listener<A> answer, Metadata headers) {
                Context.current()
                        .addListener(cancelled -> answer.onClose(Status.CANCELLED, new Metadata()), Runnable::run);
            }

            @Override
            public void sendMessage(Q message) {
                requests.add((Message) message);
            }

            @Override
            public void request(int messages) {}

            @Override
            public void cancel(@Nullable String why, @Nullable Throwable cause) {}

            @Override
            public void halfClose() {}
        };
    }
}
