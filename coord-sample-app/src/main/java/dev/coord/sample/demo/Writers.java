package dev.coord.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write through all instances in turn. Each counts in a flag of its own, one exposure after the other, and sends each
 * again under its key, to the next instance, until it is acknowledged. Afterwards the counters and the log tell what came of it.
 */
final class Writers {
    private static final int COUNT = 6;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 10;
    /** The demo is to show what happens to writes, not how many there can be. */
    private static final long THINK_MILLIS = 2;

    private static final int PAGE = 1000;
    private static final Pattern EXPOSURES = Pattern.compile("\"exposures\":(\\d{1,18})");
    private static final Pattern ENTRY = Pattern.compile("\\{\"seqno\":(\\d{1,18}),[^}]*\"opId\":\"([^\"]*)\"");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_LIMIT)
            .build();
    private final List<Integer> ports;
    private final String run = UUID.randomUUID().toString();
    private final List<Writer> writers = new ArrayList<>();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final AtomicLong before = new AtomicLong();
    private volatile boolean stopping;

    Writers(List<Integer> ports) {
        this.ports = ports;
    }

    /**
     * What came of the writes.
     *
     * @param acknowledged how many were acknowledged
     * @param lost how many of these are missing in the counters or in the log
     * @param twice how many are there more than once
     * @param longestMillis how long a client waited for one, at most
     */
    record Account(long acknowledged, long lost, long twice, long longestMillis) {
        boolean isRight() {
            return acknowledged > 0 && lost == 0 && twice == 0;
        }
    }

    /** Begins. */
    void start() throws InterruptedException {
        for (int i = 0; i < COUNT; i++) {
            writers.add(new Writer(i));
        }
        for (Writer writer : writers) {
            writer.reset();
        }
        writers.forEach(Thread::start);
    }

    /** Ends when all that was begun is acknowledged; says what came of it by the account of the instance at {@code port}. */
    Account stop(int port) throws IOException, InterruptedException {
        stopping = true;
        for (Writer writer : writers) {
            writer.join(LIMIT.toMillis());
            if (writer.isAlive()) {
                fail("a write was not acknowledged within " + LIMIT.toSeconds() + " s");
            }
        }
        String failed = failure.get();
        if (failed != null) {
            throw new IOException(failed);
        }
        Map<String, Integer> log = log(port);
        long acknowledged = 0;
        long lost = 0;
        long twice = 0;
        for (Writer writer : writers) {
            long written = writer.acknowledgments.get();
            acknowledged += written;
            long missing = 0;
            long more = 0;
            for (long n = 1; n <= written; n++) {
                int entries = log.getOrDefault(writer.id(n), 0);
                missing += entries == 0 ? 1 : 0;
                more += Math.max(0, entries - 1);
            }
            long counted = writer.counted(port) - written;
            lost += Math.max(missing, -counted);
            twice += Math.max(more, counted);
        }
        return new Account(acknowledged, lost, twice, longestNanos.get() / 1_000_000);
    }

    /** How often each operation of this run is in the log. */
    private Map<String, Integer> log(int port) throws IOException, InterruptedException {
        var times = new HashMap<String, Integer>();
        long after = before.get();
        while (true) {
            String page = body(send(port, "GET", "/api/changes?limit=" + PAGE + "&after=" + after, null, null));
            Matcher entries = ENTRY.matcher(page);
            int found = 0;
            while (entries.find()) {
                found++;
                after = Long.parseLong(entries.group(1));
                times.merge(entries.group(2), 1, Integer::sum);
            }
            if (found == 0) {
                return times;
            }
        }
    }

    private static String body(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() >= 300) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private HttpResponse<String> send(int port, String method, String path, @Nullable String id, @Nullable String json)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER_LIMIT.plus(LIMIT))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (json != null) {
            request.timeout(ANSWER_LIMIT).header("Content-Type", "application/json");
        }
        if (id != null) {
            request.header("Idempotency-Key", id);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void fail(String why) {
        failure.compareAndSet(null, why);
        stopping = true;
    }

    /** One client. */
    private final class Writer extends Thread {
        private final int number;
        private final String path;
        private final AtomicLong acknowledgments = new AtomicLong();

        Writer(int number) {
            super("writer-" + number);
            this.number = number;
            this.path = "/api/flags/demo.writer-" + number;
            setDaemon(true);
        }

        String id(long n) {
            return run + "-" + number + "-" + n;
        }

        /** A flag of an earlier run goes. */
        void reset() throws InterruptedException {
            String created = "{\"enabled\":true,\"value\":\"counts writes\"}";
            write(id(0) + "-gone", "DELETE", path, null);
            String answer = write(id(0), "PUT", path, created);
            Matcher seqno = Pattern.compile("\"seqno\":(\\d{1,18})").matcher(answer);
            if (number == 0 && seqno.find()) {
                before.set(Long.parseLong(seqno.group(1)));
            }
        }

        long counted(int port) throws IOException, InterruptedException {
            String flag = body(send(port, "GET", path, null, null));
            Matcher exposures = EXPOSURES.matcher(flag);
            if (!exposures.find()) {
                throw new IOException("There is no count in " + flag);
            }
            return Long.parseLong(exposures.group(1));
        }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    sleep(THINK_MILLIS);
                    long begun = System.nanoTime();
                    write(id(acknowledgments.get() + 1), "POST", path + "/exposures", "{\"by\":1}");
                    if (failure.get() == null) {
                        acknowledgments.incrementAndGet();
                        longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    }
                }
            } catch (InterruptedException e) {
                fail("a client was interrupted");
            }
        }

        /** Writes, again and again until it is acknowledged; only what can never be ends it. */
        private String write(String id, String method, String to, @Nullable String json) throws InterruptedException {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            String last = "";
            for (int attempt = 0; System.nanoTime() < deadline; attempt++) {
                int port = ports.get((int) ((number + acknowledgments.get() + attempt) % ports.size()));
                try {
                    HttpResponse<String> answer = send(port, method, to, id, json);
                    boolean done = answer.statusCode() < 300 || (json == null && answer.statusCode() == 404);
                    if (done) {
                        return answer.body();
                    }
                    last = answer.statusCode() + " " + answer.body();
                    if (answer.statusCode() < 500) {
                        break;
                    }
                } catch (IOException e) {
                    last = e.toString();
                }
                sleep(PAUSE_MILLIS);
            }
            fail(method + " " + to + " was not acknowledged: " + last);
            return "";
        }
    }
}
