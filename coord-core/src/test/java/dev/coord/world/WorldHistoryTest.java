package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.Term;
import dev.coord.world.ClientOperation.Kind;
import dev.coord.world.ClientOperation.Outcome;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldClient.LocalRead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldHistoryTest {
    private static final String REGISTER = "register";
    private static final String COUNTER = ChaosOperations.COUNTER;

    private final List<ClientOperation> operations = new ArrayList<>(List.of(
            operation("add-1", Kind.ADD, Outcome.DONE, 1, 1, 10, 20),
            operation("cas-1", Kind.CAS, Outcome.DONE, 2, 5, 30, 40),
            operation("get-1", Kind.GET, Outcome.DONE, 3, 5, 30, 40),
            operation("add-2", Kind.ADD, Outcome.UNKNOWN, 0, 0, 50, Long.MAX_VALUE),
            operation("add-3", Kind.ADD, Outcome.UNKNOWN, 0, 0, 50, Long.MAX_VALUE),
            operation("cas-2", Kind.CAS, Outcome.REFUSED, 0, 5, 60, 70)));
    private final List<LogEntry> log = new ArrayList<>(List.of(
            entry(
                    1,
                    1,
                    "add-1",
                    ChaosOperations.Add.TYPE,
                    1,
                    new ObjectSet(COUNTER, ref(1), 1, 1, ObjectLifetime.UNLIMITED)),
            entry(
                    2,
                    1,
                    "cas-1",
                    ChaosOperations.CompareAndSet.TYPE,
                    5,
                    new ObjectSet(REGISTER, ref(5), 1, 2, ObjectLifetime.UNLIMITED)),
            entry(3, 3, "get-1", ChaosOperations.Get.TYPE, 5),
            entry(
                    4,
                    3,
                    "add-2",
                    ChaosOperations.Add.TYPE,
                    2,
                    new ObjectSet(COUNTER, ref(2), 2, 4, ObjectLifetime.UNLIMITED))));
    private final List<LocalRead> reads =
            new ArrayList<>(List.of(new LocalRead(0, 0, REGISTER, 0), new LocalRead(3, 1, REGISTER, 5)));

    private static ClientOperation operation(
            String id, Kind kind, Outcome outcome, long seqno, long value, long invoked, long returned) {
        String key = kind == Kind.ADD ? COUNTER : REGISTER;
        long term = seqno == 0 ? 0 : seqno == 3 ? 3 : 1;
        return new ClientOperation(id, kind, key, 0, 5, outcome, seqno, term, value, invoked, returned);
    }

    private static ObjectRef ref(long number) {
        return ObjectRef.of(ChaosOperations.bytes(number));
    }

    private static LogEntry entry(long seqno, long term, String id, String type, long value, WorldChange... changes) {
        WorldResult result = WorldResult.of(ChaosOperations.bytes(value)).committed(seqno, new Term(term));
        return new LogEntry(
                seqno, new Term(term), id, type, "sender", List.of(changes), result, Instant.EPOCH, 0, Term.NONE);
    }

    private void check() {
        var history = new WorldHistory(operations, log);
        history.check(reads);
        history.checkCounter(2);
        history.checkTold("OP add-2 DONE 4 3 2");
    }

    private void assertWrong(String why) {
        assertThatThrownBy(this::check).isInstanceOf(AssertionError.class).hasMessageContaining(why);
    }

    @Test
    void whatHappenedIsRight() {
        check();
    }

    @Test
    void aGapInTheNumbersIsWrong() {
        log.remove(2);
        assertWrong("number of");
    }

    @Test
    void anEarlierTermAfterALaterOneIsWrong() {
        log.set(
                3,
                entry(
                        4,
                        2,
                        "add-2",
                        ChaosOperations.Add.TYPE,
                        2,
                        new ObjectSet(COUNTER, ref(2), 2, 4, ObjectLifetime.UNLIMITED)));
        assertWrong("term of");
    }

    @Test
    void anOperationThatWasAppliedTwiceIsWrong() {
        log.add(entry(
                5,
                3,
                "add-1",
                ChaosOperations.Add.TYPE,
                3,
                new ObjectSet(COUNTER, ref(3), 3, 5, ObjectLifetime.UNLIMITED)));
        assertWrong("another entry of the operation");
    }

    @Test
    void anAcknowledgedOperationThatIsNotThereIsWrong() {
        log.remove(3);
        operations.set(3, operation("add-2", Kind.ADD, Outcome.DONE, 4, 2, 50, 60));
        assertWrong("log entry of");
    }

    @Test
    void anOperationThatNobodySubmittedIsWrong() {
        log.add(entry(
                5,
                3,
                "add-9",
                ChaosOperations.Add.TYPE,
                3,
                new ObjectSet(COUNTER, ref(3), 3, 5, ObjectLifetime.UNLIMITED)));
        assertWrong("never submitted");
    }

    @Test
    void aRefusedOperationThatWasAppliedIsWrong() {
        log.add(entry(
                5,
                3,
                "cas-2",
                ChaosOperations.CompareAndSet.TYPE,
                5,
                new ObjectSet(REGISTER, ref(5), 2, 5, ObjectLifetime.UNLIMITED)));
        assertWrong("log entry of the refused");
    }

    @Test
    void anotherResultThanTheLogHasIsWrong() {
        operations.set(0, operation("add-1", Kind.ADD, Outcome.DONE, 1, 2, 10, 20));
        assertWrong("as answered");
    }

    @Test
    void anotherNumberThanTheLogHasIsWrong() {
        operations.set(0, operation("add-1", Kind.ADD, Outcome.DONE, 4, 1, 10, 20));
        assertWrong("as answered");
    }

    @Test
    void whatALateAnswerSaysMustBeInTheLogToo() {
        var history = new WorldHistory(operations, log);
        history.check(reads);
        assertThatThrownBy(() -> history.checkTold("OP add-2 DONE 4 3 7")).hasMessageContaining("as answered");
        assertThatThrownBy(() -> history.checkTold("OP add-3 DONE 5 3 3")).hasMessageContaining("a participant said");
    }

    @Test
    void anOperationBeforeOneThatWasAnsweredBeforeItWasSubmittedIsWrong() {
        operations.set(0, operation("add-1", Kind.ADD, Outcome.DONE, 1, 1, 45, 46));
        assertWrong("which was submitted after 3 was answered");
    }

    @Test
    void anEntryThatDidSomethingElseIsWrong() {
        log.set(
                3,
                entry(
                        4,
                        3,
                        "add-2",
                        ChaosOperations.Add.TYPE,
                        2,
                        new ObjectSet(COUNTER, ref(3), 2, 4, ObjectLifetime.UNLIMITED)));
        assertWrong("changes by");
    }

    @Test
    void aReadOfWhatTheLogDoesNotSayIsWrong() {
        reads.add(new LocalRead(4, 1, REGISTER, 5));
        assertWrong("as the log has them");
    }

    @Test
    void aRegisterThatIsNotLinearizableIsWrong() {
        // The log puts the refusal nowhere, but it was answered when the value had been another one for long.
        operations.set(5, operation("cas-2", Kind.CAS, Outcome.REFUSED, 0, 9, 60, 70));
        assertWrong("contradicts");
    }

    @Test
    void aCounterThatIsNotWhatTheLogSaysIsWrong() {
        var history = new WorldHistory(operations, log);
        history.check(reads);
        assertThatThrownBy(() -> history.checkCounter(0)).hasMessageContaining("that were acknowledged");
        assertThatThrownBy(() -> history.checkCounter(3)).hasMessageContaining("increments in the log");
        assertThatThrownBy(() -> history.checkCounter(4)).hasMessageContaining("that may have happened");
    }
}
