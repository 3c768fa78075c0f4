package dev.coord.sample.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client of {@code /api/events}. */
public final class EventStream implements AutoCloseable {
    /** Only there so that nothing hangs. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Socket socket;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile String status = "";

    /** What came. */
    public record Event(String id, String name, String data, long nanos) {
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> T at(String path) {
            return JsonPath.read(data, path);
        }
    }

    private static final Event END = new Event("", "end", "{}", 0);

    private EventStream(Socket socket) {
        this.socket = socket;
    }

    /** Listens, from the beginning if {@code lastEventId} is empty. */
    public static EventStream open(int port, String lastEventId) throws IOException {
        var stream = new EventStream(request(port, lastEventId));
        var reader = new Thread(stream::read, "event-stream");
        reader.setDaemon(true);
        reader.start();
        return stream;
    }

    /** Asks for the events, and does not read them. */
    public static Socket request(int port, String lastEventId) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
        String header = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
        socket.getOutputStream()
                .write(("GET /api/events HTTP/1.0\r\nHost: 127.0.0.1\r\n" + header + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            status = lines.readLine();
            String id = "";
            String name = "";
            var data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !name.isEmpty()) {
                    events.add(new Event(id, name, data.toString(), System.nanoTime()));
                    id = "";
                    name = "";
                    data.setLength(0);
                } else if (line.startsWith("id:")) {
                    id = line.substring(3);
                } else if (line.startsWith("event:")) {
                    name = line.substring(6);
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5));
                }
            }
        } catch (IOException e) {
            // The test closed it, or looks for the end.
        }
        events.add(END);
    }

    /** The next event of this name that {@code test} is true of. */
    public Event await(String name, Predicate<Event> test) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Event event = poll(deadline - System.nanoTime());
            assertThat(event).as("a %s event in time, of %s", name, status).isNotNull();
            assertThat(event).as("the stream goes on").isNotEqualTo(END);
            if (event.name().equals(name) && test.test(event)) {
                return event;
            }
        }
    }

    public Event await(String name) {
        return await(name, event -> true);
    }

    /** Waits for the end of the stream; says whether it came in time. */
    public boolean awaitEnd() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (Event event = poll(LIMIT.toNanos()); event != null; event = poll(deadline - System.nanoTime())) {
            if (event.equals(END)) {
                return true;
            }
        }
        return false;
    }

    private Event poll(long nanos) {
        try {
            return events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Optional<String> status() {
        return Optional.of(status);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
