package dev.coord.world;

import static dev.coord.world.RegisterOperation.read;
import static dev.coord.world.RegisterOperation.refusedSet;
import static dev.coord.world.RegisterOperation.set;
import static dev.coord.world.RegisterOperation.unknownSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LinearizabilityCheckerTest {
    private static void assertRight(RegisterOperation... history) {
        assertThat(LinearizabilityChecker.contradiction(0, List.of(history))).isEmpty();
        List<RegisterOperation> reversed = new ArrayList<>(List.of(history));
        Collections.reverse(reversed);
        assertThat(LinearizabilityChecker.contradiction(0, reversed))
                .as("the order in the list does not matter")
                .isEmpty();
    }

    private static void assertWrong(RegisterOperation... history) {
        assertThat(LinearizabilityChecker.contradiction(0, List.of(history))).isPresent();
        List<RegisterOperation> reversed = new ArrayList<>(List.of(history));
        Collections.reverse(reversed);
        assertThat(LinearizabilityChecker.contradiction(0, reversed))
                .as("the order in the list does not matter")
                .isPresent();
    }

    @Test
    void nothingIsRight() {
        assertRight();
    }

    @Test
    void oneAfterTheOtherIsRight() {
        assertRight(read(0, 1, 2), set(0, 5, 3, 4), read(5, 5, 6), refusedSet(0, 5, 7, 8), set(5, 6, 9, 10));
    }

    @Test
    void aReadDuringASetMaySeeEither() {
        assertRight(set(0, 5, 1, 10), read(0, 2, 3));
        assertRight(set(0, 5, 1, 10), read(5, 2, 3));
    }

    @Test
    void overlappingSetsMayHappenInEitherOrder() {
        assertRight(set(0, 5, 1, 10), set(5, 6, 2, 9), read(6, 11, 12));
        assertRight(set(5, 6, 1, 10), set(0, 5, 2, 9), read(6, 11, 12));
    }

    @Test
    void theSearchGoesBackWhenTheFirstChoiceWasWrong() {
        // The sets have to be tried in an order that is not that of their invocations, nor of their returns.
        assertRight(set(0, 1, 1, 20), set(0, 2, 2, 19), set(2, 0, 3, 21), read(1, 22, 23));
    }

    @Test
    void aSetOfUnknownOutcomeMayHaveHappenedMuchLaterOrNever() {
        assertRight(unknownSet(0, 5, 1), read(0, 2, 3));
        assertRight(unknownSet(0, 5, 1), read(0, 2, 3), read(5, 4, 5));
        assertRight(unknownSet(0, 5, 1), set(0, 6, 2, 3), read(6, 4, 5));
        assertRight(unknownSet(6, 5, 1), set(0, 6, 2, 3), read(5, 4, 5));
    }

    @Test
    void operationsThatTouchAtOneInstantOverlap() {
        assertRight(set(0, 5, 1, 2), read(0, 2, 3));
    }

    @Test
    void aLostUpdateIsWrong() {
        assertWrong(set(0, 5, 1, 2), read(0, 3, 4));
    }

    @Test
    void aLostUpdateIsWrongEvenIfItIsFoundOutLater() {
        assertWrong(set(0, 5, 1, 2), set(5, 6, 3, 4), set(5, 7, 5, 6));
    }

    @Test
    void aStaleReadAfterANewerReadIsWrong() {
        assertWrong(set(0, 5, 1, 10), read(5, 2, 3), read(0, 4, 5));
    }

    @Test
    void twoSuccessesOfOneExpectationAreWrong() {
        assertWrong(set(0, 5, 1, 10), set(0, 6, 2, 9));
    }

    @Test
    void aValueThatNobodySetIsWrong() {
        assertWrong(set(0, 5, 1, 2), read(7, 3, 4));
    }

    @Test
    void aValueThatIsSetOnlyLaterIsWrong() {
        assertWrong(read(5, 1, 2), set(0, 5, 3, 4));
    }

    @Test
    void aRefusalByAValueThatWasGoneIsWrong() {
        assertWrong(set(0, 5, 1, 2), set(5, 6, 3, 4), refusedSet(9, 5, 5, 6));
    }

    @Test
    void aRefusalByTheExpectedValueIsWrong() {
        assertWrong(refusedSet(0, 0, 1, 2));
    }

    @Test
    void aSetOfUnknownOutcomeThatHappenedTwiceIsWrong() {
        assertWrong(unknownSet(0, 5, 1), read(5, 2, 3), set(5, 0, 4, 5), read(5, 6, 7));
    }

    @Test
    void aSetOfUnknownOutcomeThatHappenedBeforeItsInvocationIsWrong() {
        assertWrong(read(5, 1, 2), unknownSet(0, 5, 3));
    }

    @Test
    void twoReadersThatSeeTwoSetsInDifferentOrdersAreWrong() {
        // Both values are seen while both sets are under way: 5 before 6 by one, and 6 before 5 by the other.
        assertWrong(
                set(0, 5, 1, 100),
                set(5, 6, 1, 100),
                read(5, 10, 11),
                read(6, 20, 21),
                read(6, 10, 11),
                read(5, 30, 31));
    }

    @Test
    void theContradictionIsWhereTheSearchCameFarthest() {
        RegisterOperation wrong = read(3, 5, 6);
        assertThat(LinearizabilityChecker.contradiction(0, List.of(set(0, 5, 1, 2), read(5, 3, 4), wrong)))
                .contains(wrong);
    }

    @Test
    void whatARegisterDidIsRightAndOneSwappedAnswerIsWrong() {
        var random = new Random(7);
        for (int run = 0; run < 50; run++) {
            List<RegisterOperation> history = history(random, 6, 300);
            assertThat(LinearizabilityChecker.contradiction(0, history))
                    .as("run %d", run)
                    .isEmpty();
            int read = random.nextInt(history.size());
            while (history.get(read).outcome() == RegisterOperation.Outcome.UNKNOWN) {
                read = (read + 1) % history.size();
            }
            RegisterOperation right = history.get(read);
            history.set(read, RegisterOperation.read(Long.MAX_VALUE, right.invoked(), right.returned()));
            assertThat(LinearizabilityChecker.contradiction(0, history))
                    .as("run %d with a wrong answer", run)
                    .isPresent();
        }
    }

    /** What {@code clients} at once do with a real register, each operation at a random instant of its interval. */
    private static List<RegisterOperation> history(Random random, int clients, int operations) {
        long[] free = new long[clients];
        List<long[]> spans = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            int client = random.nextInt(clients);
            long invoked = free[client] + 1 + random.nextInt(20);
            long happened = invoked + 1 + random.nextInt(20);
            free[client] = happened + 1 + random.nextInt(20);
            spans.add(new long[] {invoked, happened, free[client]});
        }
        spans.sort((a, b) -> Long.compare(a[1], b[1]));
        List<RegisterOperation> history = new ArrayList<>();
        long value = 0;
        for (int i = 0; i < operations; i++) {
            long[] span = spans.get(i);
            long expected = random.nextInt(3) > 0 ? value : value + operations;
            boolean sets = expected == value;
            switch (random.nextInt(8)) {
                case 0, 1 -> history.add(read(value, span[0], span[2]));
                case 2 -> {
                    boolean happens = sets && random.nextBoolean();
                    history.add(unknownSet(expected, i + 1, span[0]));
                    value = happens ? i + 1 : value;
                }
                default -> {
                    history.add(
                            sets
                                    ? set(expected, i + 1, span[0], span[2])
                                    : refusedSet(expected, value, span[0], span[2]));
                    value = sets ? i + 1 : value;
                }
            }
        }
        return history;
    }

    @Test
    @Timeout(30)
    void aLongHistoryTakesNoTime() {
        assertThat(LinearizabilityChecker.contradiction(0, history(new Random(3), 8, 5000)))
                .isEmpty();
    }
}
