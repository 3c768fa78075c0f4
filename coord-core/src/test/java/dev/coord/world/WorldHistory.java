package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Term;
import dev.coord.world.ClientOperation.Kind;
import dev.coord.world.ClientOperation.Outcome;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldClient.LocalRead;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What clients did and were told, beside the log: whether both tell the same. */
final class WorldHistory {
    private final Map<String, ClientOperation> operations;
    private final List<LogEntry> log;
    private final Map<String, LogEntry> logged = new HashMap<>();

    WorldHistory(List<ClientOperation> operations, List<LogEntry> log) {
        this.operations = operations.stream().collect(Collectors.toMap(ClientOperation::id, Function.identity()));
        this.log = log;
    }

    /** All that must be true. */
    void check(List<LocalRead> reads) {
        checkNumbers();
        checkAnswers();
        checkOrder();
        checkEffects(reads);
        checkRegisters();
    }

    private void checkNumbers() {
        for (int i = 0; i < log.size(); i++) {
            LogEntry entry = log.get(i);
            assertThat(entry.seqno()).as("number of %s", entry).isEqualTo(i + 1);
            assertThat(entry.term())
                    .as("term of %s", entry)
                    .isGreaterThanOrEqualTo(
                            i == 0 ? new Term(1) : log.get(i - 1).term());
            assertThat(logged.put(entry.operationId(), entry))
                    .as("another entry of the operation of %s", entry)
                    .isNull();
        }
        assertThat(log.stream().filter(entry -> !operations.containsKey(entry.operationId())))
                .as("entries of what was never submitted")
                .isEmpty();
    }

    private void checkAnswers() {
        for (ClientOperation operation : operations.values()) {
            LogEntry entry = logged.get(operation.id());
            switch (operation.outcome()) {
                case DONE -> {
                    assertThat(entry).as("log entry of %s", operation).isNotNull();
                    checkResult(entry.result(), operation.seqno(), operation.term(), operation.value());
                }
                case REFUSED ->
                    assertThat(entry)
                            .as("log entry of the refused %s", operation)
                            .isNull();
                case UNKNOWN -> {}
            }
        }
    }

    private static void checkResult(WorldResult logged, long seqno, long term, long value) {
        assertThat(List.of(logged.seqno(), logged.term().value(), ChaosOperations.number(logged.value())))
                .as("number, term and result in the log, and as answered")
                .containsExactly(seqno, term, value);
    }

    /** Checks a line "OP id DONE seqno term value" of a participant, which may have been too late for the client. */
    void checkTold(String line) {
        String[] words = line.split(" ", -1);
        LogEntry entry = logged.get(words[1]);
        assertThat(entry).as("log entry of what a participant said: %s", line).isNotNull();
        checkResult(entry.result(), Long.parseLong(words[3]), Long.parseLong(words[4]), Long.parseLong(words[5]));
    }

    /** What was answered before another one was submitted is before it in the log. */
    private void checkOrder() {
        List<ClientOperation> invocations = operations.values().stream()
                .filter(operation -> operation.outcome() == Outcome.DONE)
                .sorted(Comparator.comparingLong(ClientOperation::invoked))
                .toList();
        List<ClientOperation> returns = invocations.stream()
                .sorted(Comparator.comparingLong(ClientOperation::returned))
                .toList();
        int returned = 0;
        long highest = 0;
        for (ClientOperation operation : invocations) {
            for (; returns.get(returned).returned() < operation.invoked(); returned++) {
                highest = Math.max(highest, returns.get(returned).seqno());
            }
            assertThat(operation.seqno())
                    .as("number of %s, which was submitted after %d was answered", operation, highest)
                    .isGreaterThan(highest);
        }
    }

    /** Each entry did what its operation does to the world as it was after the entry before; and each read saw such a world. */
    private void checkEffects(List<LocalRead> reads) {
        Map<Long, List<LocalRead>> bySeqno = reads.stream().collect(Collectors.groupingBy(LocalRead::seqno));
        Map<String, Long> values = new HashMap<>();
        Map<String, Long> revisions = new HashMap<>();
        checkReads(bySeqno.getOrDefault(0L, List.of()), values);
        for (LogEntry entry : log) {
            ClientOperation operation = operations.get(entry.operationId());
            String key = operation.register();
            long before = values.getOrDefault(key, 0L);
            long after = switch (operation.kind()) {
                case ADD -> before + 1;
                case GET -> before;
                case CAS -> {
                    assertThat(before)
                            .as("value before %s, as expected", operation)
                            .isEqualTo(operation.expected());
                    yield operation.replacement();
                }
            };
            assertThat(ChaosOperations.number(entry.result().value()))
                    .as("result of %s", operation)
                    .isEqualTo(after);
            if (operation.kind() == Kind.GET) {
                assertThat(entry.changes()).as("changes by %s", operation).isEmpty();
            } else {
                values.put(key, after);
                long rev = revisions.merge(key, 1L, Long::sum);
                assertThat(entry.changes())
                        .as("changes by %s", operation)
                        .containsExactly(new ObjectSet(
                                key,
                                ObjectRef.of(ChaosOperations.bytes(after)),
                                rev,
                                entry.seqno(),
                                ObjectLifetime.UNLIMITED));
            }
            checkReads(bySeqno.getOrDefault(entry.seqno(), List.of()), values);
        }
    }

    private static void checkReads(List<LocalRead> reads, Map<String, Long> values) {
        for (LocalRead read : reads) {
            assertThat(List.of(read.counter(), read.value()))
                    .as("counter and register of %s, and as the log has them", read)
                    .containsExactly(
                            values.getOrDefault(ChaosOperations.COUNTER, 0L), values.getOrDefault(read.register(), 0L));
        }
    }

    private void checkRegisters() {
        // A read of unknown outcome says nothing.
        Map<String, List<RegisterOperation>> histories = operations.values().stream()
                .filter(operation -> operation.kind() != Kind.ADD)
                .filter(operation -> !operation.is(Kind.GET, Outcome.UNKNOWN))
                .collect(Collectors.groupingBy(
                        ClientOperation::register,
                        TreeMap::new,
                        Collectors.mapping(ClientOperation::onRegister, Collectors.toList())));
        histories.forEach((register, history) -> assertThat(LinearizabilityChecker.contradiction(0, history))
                .as("what contradicts the rest of the history of %s", register)
                .isEmpty());
    }

    /** Checks that the counter is what was acknowledged, and at most what is not known more. */
    void checkCounter(long counter) {
        assertThat(counter)
                .as("the counter, from the increments that were acknowledged to those that may have happened")
                .isBetween(
                        count(Kind.ADD, Outcome.DONE),
                        count(Kind.ADD, Outcome.DONE) + count(Kind.ADD, Outcome.UNKNOWN));
        assertThat(counter)
                .as("the counter, and the increments in the log")
                .isEqualTo(log.stream()
                        .filter(entry -> entry.type().equals(ChaosOperations.Add.TYPE))
                        .count());
    }

    long count(Kind kind, Outcome outcome) {
        return operations.values().stream()
                .filter(operation -> operation.is(kind, outcome))
                .count();
    }

    @Override
    public String toString() {
        return "%d entries; increments: %d acknowledged, %d unknown; compare-and-sets: %d, %d refused, %d unknown; reads by the leader: %d"
                .formatted(
                        log.size(),
                        count(Kind.ADD, Outcome.DONE),
                        count(Kind.ADD, Outcome.UNKNOWN),
                        count(Kind.CAS, Outcome.DONE),
                        count(Kind.CAS, Outcome.REFUSED),
                        count(Kind.CAS, Outcome.UNKNOWN),
                        count(Kind.GET, Outcome.DONE));
    }
}
