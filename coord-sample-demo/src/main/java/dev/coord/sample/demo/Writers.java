package dev.coord.sample.demo;

import java.io.IOException;
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
    /** The demo is to show what happens to writes, not how many there can be. */
    private static final long THINK_MILLIS = 2;

    private static final long READ_AGAIN_MILLIS = 100;
    private static final int PAGE = 1000;
    private static final Pattern SEQNO = Pattern.compile("\"seqno\":(\\d{1,18})");
    private static final Pattern EXPOSURES = Pattern.compile("\"exposures\":(\\d{1,18})");
    private static final Pattern ENTRY = Pattern.compile("\\{\"seqno\":(\\d{1,18}),[^}]*\"opId\":\"([^\"]*)\"");

    private final Client client;
    private final String run = UUID.randomUUID().toString();
    private final List<Writer> writers = new ArrayList<>();
    private final AtomicLong firstSeqno = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong lastSeqno = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile boolean stopping;

    Writers(List<Integer> ports) {
        this.client = new Client(ports);
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
    void start() throws IOException, InterruptedException {
        for (int i = 0; i < COUNT; i++) {
            var writer = new Writer(i);
            writers.add(writer);
            writer.reset();
        }
        writers.forEach(Thread::start);
    }

    /** Ends when all that was begun is acknowledged; says what came of it. */
    Account stop() throws IOException, InterruptedException {
        stopping = true;
        for (Writer writer : writers) {
            writer.join();
        }
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        long begin = System.nanoTime();
        while (true) {
            IOException last = null;
            for (int port : client.ports()) {
                try {
                    return account(port);
                } catch (IOException e) {
                    // It is the killed one, or does not have all writes yet.
                    last = e;
                }
            }
            if (System.nanoTime() - begin > RoleWatch.HANG.toNanos()) {
                throw new IOException("No instance could tell what came of the writes", last);
            }
            Thread.sleep(READ_AGAIN_MILLIS);
        }
    }

    /** By what the instance at {@code port} has, which has to be everything that was acknowledged. */
    private Account account(int port) throws IOException, InterruptedException {
        var unused = client.read(port, "/api/flags?prefix=demo.writer-&minSeqno=" + lastSeqno);
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
            long counted = number(EXPOSURES, client.read(port, writer.path)) - written;
            lost += Math.max(missing, -counted);
            twice += Math.max(more, counted);
        }
        return new Account(acknowledged, lost, twice, longestNanos.get() / 1_000_000);
    }

    /** How often each operation of this run is in the log. */
    private Map<String, Integer> log(int port) throws IOException, InterruptedException {
        var times = new HashMap<String, Integer>();
        long after = firstSeqno.get() - 1;
        while (true) {
            Matcher entries = ENTRY.matcher(client.read(port, "/api/changes?limit=" + PAGE + "&after=" + after));
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

    private static long number(Pattern pattern, String json) throws IOException {
        Matcher found = pattern.matcher(json);
        if (!found.find()) {
            throw new IOException("There is no " + pattern + " in " + json);
        }
        return Long.parseLong(found.group(1));
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
        void reset() throws IOException, InterruptedException {
            var unused = client.write(number, "DELETE", path, id(0) + "-gone", null);
            written(client.write(number, "PUT", path, id(0), "{\"enabled\":true,\"value\":\"counts writes\"}"));
        }

        private void written(String answer) throws IOException {
            long seqno = number(SEQNO, answer);
            firstSeqno.accumulateAndGet(seqno, Math::min);
            lastSeqno.accumulateAndGet(seqno, Math::max);
        }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    sleep(THINK_MILLIS);
                    long n = acknowledgments.get() + 1;
                    long begun = System.nanoTime();
                    written(client.write(number + n, "POST", path + "/exposures", id(n), "{\"by\":1}"));
                    longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    acknowledgments.set(n);
                }
            } catch (IOException e) {
                stopping = true;
                failure.compareAndSet(null, e);
            } catch (InterruptedException e) {
                stopping = true;
                failure.compareAndSet(null, new IOException("A client was interrupted", e));
            }
        }
    }
}
