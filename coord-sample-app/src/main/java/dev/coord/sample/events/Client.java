package dev.coord.sample.events;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One who listens, with a thread of its own: who reads slowly holds up nobody else, and who reads too slowly is cut off. */
final class Client {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final int MAX_WAITING = 100;
    private static final long QUIET_SECONDS = 10;

    private final BlockingQueue<Message> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final SseEmitter emitter;
    private final Consumer<Client> gone;
    private final Thread thread;
    private volatile boolean ended;

    /**
     * An event.
     *
     * @param id for the client to say where to go on, empty if it stays where it was
     */
    record Message(String id, String name, String json) {}

    Client(SseEmitter emitter, Consumer<Client> gone) {
        this.emitter = emitter;
        this.gone = gone;
        this.thread = new Thread(this::write, "sample-events-client");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Sends {@code message} in its turn; a client that is too far behind comes again, and says where it was. */
    void send(Message message) {
        if (!ended && !waiting.offer(message)) {
            LOG.info("A client of the events reads too slowly, and is cut off");
            end();
        }
    }

    /** Ends the stream, after what is being written at this moment. */
    void end() {
        ended = true;
        waiting.clear();
        thread.interrupt();
    }

    private void write() {
        try {
            emitter.send(SseEmitter.event().reconnectTime(500).comment("welcome"));
            while (!ended) {
                Optional<Message> next = next();
                if (!ended) {
                    emitter.send(
                            next.map(Client::event).orElse(SseEmitter.event().comment("still here")));
                }
            }
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            // The web server has seen that too, and cleans up.
            LOG.debug("A client of the events has gone: {}", e.getMessage());
        } finally {
            ended = true;
            gone.accept(this);
        }
    }

    /** Empty after a while without any, or at the end. */
    private Optional<Message> next() {
        try {
            return Optional.ofNullable(waiting.poll(QUIET_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            ended = true;
            return Optional.empty();
        }
    }

    private static SseEmitter.SseEventBuilder event(Message message) {
        SseEmitter.SseEventBuilder event = SseEmitter.event();
        if (!message.id().isEmpty()) {
            event.id(message.id());
        }
        return event.name(message.name()).data(message.json());
    }
}
