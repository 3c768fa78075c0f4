package dev.coord.transport;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of a server to those who watch it. Each subscriber has a state of what it has not been told yet; while it
 * reads nothing, because it is frozen for instance, changes are merged into that state, which does not grow with time.
 *
 * @param <S> the state of one subscriber
 * @param <E> the messages
 */
public final class Subscribers<S, E> {
    private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

    private final CopyOnWriteArrayList<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private final Pending<S, E> pending;
    private final Consumer<S> lost;

    /** Turns the state of a subscriber into the next message for it. */
    @FunctionalInterface
    public interface Pending<S, E> {
        /** The message, after which nothing is pending; empty if there is nothing to say. */
        Optional<E> take(S state);
    }

    /** @param lost told when a subscriber's connection ended */
    public Subscribers(Pending<S, E> pending, Consumer<S> lost) {
        this.pending = pending;
        this.lost = lost;
    }

    /** Adds a subscriber, in the call that opens its stream, and sends it a first message. */
    public void add(S state, ServerCallStreamObserver<E> stream) {
        var subscriber = new Subscriber(state, stream);
        subscribers.add(subscriber);
        subscriber.update(unchanged -> {});
    }

    /** Changes the state of every subscriber, and sends what is pending to those that can take it. */
    public void update(Consumer<S> change) {
        subscribers.forEach(subscriber -> subscriber.update(change));
    }

    /** Ends all streams with {@code why}. */
    public void end(StatusRuntimeException why) {
        subscribers.forEach(subscriber -> subscriber.end(why));
    }

    private final class Subscriber {
        private final S state;
        private final ServerCallStreamObserver<E> stream;
        private boolean ended;

        Subscriber(S state, ServerCallStreamObserver<E> stream) {
            this.state = state;
            this.stream = stream;
            stream.setOnCancelHandler(this::cancelled);
            stream.setOnReadyHandler(() -> update(unchanged -> {}));
        }

        private void cancelled() {
            synchronized (this) {
                ended = true;
            }
            if (subscribers.remove(this)) {
                lost.accept(state);
            }
        }

        synchronized void update(Consumer<S> change) {
            change.accept(state);
            if (!ended && stream.isReady()) {
                try {
                    pending.take(state).ifPresent(stream::onNext);
                } catch (RuntimeException e) {
                    // One stream that breaks must not keep the others, or the caller, from going on.
                    LOG.debug("A stream broke", e);
                    ended = true;
                    subscribers.remove(this);
                }
            }
        }

        void end(StatusRuntimeException why) {
            subscribers.remove(this);
            synchronized (this) {
                if (!ended) {
                    ended = true;
                    stream.onError(why);
                }
            }
        }
    }
}
