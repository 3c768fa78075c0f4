package dev.coord.world;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import dev.coord.testing.Patience;
import dev.coord.world.ClientOperation.Kind;
import dev.coord.world.ClientOperation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Submits one operation after the other through one participant or another, and reads in between. It has one operation at a time,
 * which it submits again with the same id, mostly through another participant, if there is no answer; at times it gives up.
 */
final class WorldClient implements AutoCloseable {
    private static final Duration ATTEMPT = Duration.ofSeconds(3);
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
    private static final long VALUES = 1_000_000_000;

    /** What a client saw in a participant's own copy of the world. */
    record LocalRead(long seqno, long counter, String register, long value) {}

    private final String name;
    private final long firstValue;
    private final Supplier<List<Participant>> participants;
    private final Supplier<String> registers;
    private final Random random;
    private final Thread thread;
    private final List<ClientOperation> operations = new ArrayList<>();
    private final List<LocalRead> reads = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private JavaProcess process;
    /** The one whose copy is known to have what this client knows of. */
    private Optional<JavaProcess> upToDate = Optional.empty();

    private long seqno;
    private long counter;
    private String register = "";
    private long registerValue;
    private int submitted;
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean ended;

    WorldClient(int number, Supplier<List<Participant>> participants, Supplier<String> registers, Random random) {
        this.name = "c" + number;
        this.firstValue = number * VALUES;
        this.participants = participants;
        this.registers = registers;
        this.random = random;
        this.process = participants.get().get(0).process();
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!ended) {
            String now = registers.get();
            if (!now.equals(register)) {
                register = now;
                registerValue = 0;
            }
            if (random.nextInt(20) == 0 || !process.isAlive()) {
                process = other();
            }
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> submit(ClientOperation.add(id()));
                case 3, 4 -> submit(ClientOperation.cas(id(), register, registerValue, firstValue + submitted));
                case 5 -> submit(ClientOperation.get(id(), register));
                default -> read();
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private String id() {
        submitted++;
        return name + "-" + submitted;
    }

    private JavaProcess other() {
        List<JavaProcess> others = participants.get().stream()
                .map(Participant::process)
                .filter(p -> !p.equals(process))
                .toList();
        return others.get(random.nextInt(others.size()));
    }

    private Optional<String[]> ask(String command, String answer) {
        int from = process.lineCount();
        process.send(command);
        return process.await(from, line -> line.text().startsWith(answer), ATTEMPT)
                .map(line -> answer(line));
    }

    /** The words of the line, and its time as the last one. */
    private static String[] answer(Line line) {
        return (line.text() + " " + line.nanos()).split(" ", -1);
    }

    private void submit(ClientOperation operation) {
        boolean repeated = false;
        while (true) {
            Optional<String[]> answer =
                    ask(operation.command(), "OP " + operation.id() + " ").filter(words -> !words[2].equals("UNKNOWN"));
            if (answer.isPresent()) {
                note(told(operation, answer.get(), repeated));
                return;
            }
            if (random.nextInt(5) == 0) {
                note(operation);
                return;
            }
            repeated = true;
            process = other();
        }
    }

    private ClientOperation told(ClientOperation operation, String[] words, boolean repeated) {
        return switch (words[2]) {
            case "DONE" ->
                operation.done(
                        Long.parseLong(words[3]),
                        Long.parseLong(words[4]),
                        Long.parseLong(words[5]),
                        Long.parseLong(words[6]));
            case "REFUSED" ->
                // One that was submitted before may be under way still, and not be refused.
                repeated ? operation : operation.refused(Long.parseLong(words[3]), Long.parseLong(words[4]));
            default -> {
                wrong.add(operation + ": " + String.join(" ", words));
                yield operation;
            }
        };
    }

    private void note(ClientOperation operation) {
        operations.add(operation);
        if (operation.outcome() != Outcome.UNKNOWN) {
            answered.incrementAndGet();
        }
        if (operation.outcome() == Outcome.DONE) {
            seqno = Math.max(seqno, operation.seqno());
            upToDate = Optional.of(process);
        }
        if (operation.kind() != Kind.ADD && operation.outcome() != Outcome.UNKNOWN) {
            registerValue = operation.value();
        }
    }

    private void read() {
        String id = id();
        // Another participant may be behind; one that this client wrote through, or read from, is not.
        long atLeast = upToDate.equals(Optional.of(process)) ? 0 : seqno;
        Optional<String[]> answer = ask("read " + id + " " + atLeast + " " + register, "READ " + id + " ")
                .filter(words -> words[2].equals("DONE"));
        if (answer.isEmpty()) {
            process = other();
            return;
        }
        String[] words = answer.get();
        var read =
                new LocalRead(Long.parseLong(words[3]), Long.parseLong(words[4]), register, Long.parseLong(words[5]));
        if (read.seqno() < seqno || read.counter() < counter) {
            wrong.add(name + " knew of commit " + seqno + " and counter " + counter + ", and read " + read + " from "
                    + process);
        }
        reads.add(read);
        seqno = read.seqno();
        counter = read.counter();
        registerValue = read.value();
        upToDate = Optional.of(process);
    }

    /** How many of its operations were answered. */
    int answered() {
        return answered.get();
    }

    /** Ends it when the operation under way is answered. */
    @Override
    public void close() {
        ended = true;
        try {
            thread.join(Patience.MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IllegalStateException(name + " does not end");
        }
    }

    /** What it submitted; to be called when it is closed, as what follows. */
    List<ClientOperation> operations() {
        return operations;
    }

    List<LocalRead> reads() {
        return reads;
    }

    /** Answers that must not be. */
    List<String> wrong() {
        return wrong;
    }
}
