package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import dev.coord.store.Store;
import dev.coord.testing.TestStores;
import dev.coord.time.Patience;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules of three processes on one store: pauses at every look at a clock and on both ways of every call, in the middle
 * of which the others go on; calls that are lost, answers that are lost, calls that come in again or late; processes that die;
 * and another stale threshold with each claim and renewal. The clocks run at the same rate. Whatever happens, at most one holds the lease by its own account, and terms strictly increase.
 */
class ElectionScheduleTest {
    private static final String GROUP = "group";
    private static final int PROCESSES = 3;
    private static final int STEPS = 1500;
    private static final LeaseTiming TIMING = new LeaseTiming(
            Duration.ofMillis(250), Duration.ofMillis(750), Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final int SEEDS_TO_FIND_IT = 40;

    /** A rule about stretched thresholds that is left out, by a store that deceives one side. */
    private enum LeftOut {
        NONE,
        /** A longer deadline counts from the beginning of a renewal that was written with the longer threshold. */
        LONGER_ONLY_WHEN_WRITTEN,
        /** A shorter deadline counts before anybody can see the shorter threshold. */
        SHORTER_BEFORE_IT_IS_SEEN,
        /** Others go by the threshold in the row. */
        OTHERS_GO_BY_THE_ROW
    }

    private final List<Contender> processes = new ArrayList<>();
    private final List<Supplier<?>> late = new ArrayList<>();
    private final Set<String> dead = new HashSet<>();
    private Random random;
    private LeaseStore leases;
    private long seed;
    private int step;
    private long highestTerm;
    private int leaderships;
    private int incarnations;
    private boolean watching;
    private LeftOut leftOut = LeftOut.NONE;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void atMostOneHoldsTheLeaseByItsOwnAccount(long withSeed) {
        run(withSeed);
        assertThat(leaderships).as("%s: the schedule lets them lead", this).isGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void twoHoldItWhereARuleIsLeftOut(LeftOut rule) {
        leftOut = rule;
        long withSeed = 1;
        while (withSeed <= SEEDS_TO_FIND_IT && isSafe(withSeed)) {
            withSeed++;
        }
        assertThat(withSeed).as("the seed that shows it").isLessThanOrEqualTo(SEEDS_TO_FIND_IT);
    }

    private boolean isSafe(long withSeed) {
        try {
            run(withSeed);
            return true;
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("who holds the lease");
            return false;
        }
    }

    private void run(long withSeed) {
        seed = withSeed;
        random = new Random(seed);
        processes.clear();
        late.clear();
        dead.clear();
        highestTerm = 0;
        leaderships = 0;
        watching = false;
        try (Store store = TestStores.local(TestStores.memory())) {
            leases = store.leases();
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(new Contender());
            }
            for (step = 0; step < STEPS; step++) {
                pass();
                act();
                if (random.nextInt(400) == 0) {
                    kill(processes.get(random.nextInt(PROCESSES)));
                }
            }
            assertThat(leases.get(GROUP).orElseThrow().term().value()).isGreaterThanOrEqualTo(highestTerm);
        }
    }

    /** Time passes, for all alike: mostly some milliseconds, now and then more than a leadership lasts. */
    private void pass() {
        int most = switch (random.nextInt(20)) {
            case 0 -> 3000;
            case 1, 2, 3 -> 400;
            default -> 60;
        };
        Duration time = Duration.ofNanos((long) (random.nextDouble() * most * 1_000_000));
        processes.forEach(process -> process.clock.tick(time));
        check();
    }

    /** Who is neither in the middle of something nor asleep does something, or not. */
    private void act() {
        for (Contender process : List.copyOf(processes)) {
            if (!process.busy && random.nextInt(60) == 0) {
                process.sleeps = 10 + random.nextInt(60);
            }
            process.sleeps--;
            if (!process.busy && process.sleeps <= 0 && random.nextInt(3) != 0) {
                process.act();
                check();
            }
        }
    }

    /** A process stands still in the middle of something, and the others go on: mostly not at all, now and then for long. */
    private void pauseOf(Contender process) {
        if (process.busy && !watching) {
            int fate = random.nextInt(100);
            int others = fate == 0 ? 10 + random.nextInt(40) : fate < 4 ? 1 + random.nextInt(12) : 0;
            for (int i = 0; i < others; i++) {
                pass();
                act();
            }
            if (others > 0 && random.nextInt(3) == 0) {
                process.sleeps = 5 + random.nextInt(20);
            }
        }
    }

    private void kill(Contender process) {
        dead.add(process.name);
        process.killed = true;
        processes.set(processes.indexOf(process), new Contender());
    }

    /** Looks at all of them at one instant. */
    private void check() {
        boolean before = watching;
        watching = true;
        // Where a pause is inside a lock of the leadership, nobody else of that process gets an answer.
        List<Contender> answering = processes.stream()
                .filter(process -> process.known.stream().noneMatch(Thread::holdsLock))
                .toList();
        List<Contender> holding = answering.stream()
                .filter(process -> process.election.isLeader())
                .toList();
        assertThat(holding).as("%s: who holds the lease", this).hasSizeLessThanOrEqualTo(1);
        for (Contender holder : holding) {
            HeldLease lease = holder.election.leadership().orElseThrow();
            if (holder.known.add(lease)) {
                assertThat(lease.term().value())
                        .as("%s: the term of a new leadership", this)
                        .isGreaterThan(highestTerm);
                highestTerm = lease.term().value();
                leaderships++;
            }
            assertThat(holder.ended).as("%s: leaderships that were over", this).doesNotContain(lease);
        }
        for (Contender process : answering) {
            process.known.stream().filter(lease -> !lease.isHeld()).forEach(process.ended::add);
        }
        watching = before;
    }

    @Override
    public String toString() {
        return "seed " + seed + ", step " + step;
    }

    private final class Contender implements LeaseStore {
        private final String name = "p" + incarnations++;
        private final SettableNanoClock clock = new SettableNanoClock();
        private final Election election = new Election(
                this,
                new Candidate(GROUP, new ParticipantId(name), 1, Optional.empty(), name),
                TIMING,
                clock,
                new Patience(TIMING.staleThreshold(), TIMING.maxStaleThreshold(), clock.nanoTime()),
                (patience, now) -> anyThreshold(),
                dead::contains,
                () -> false);
        private final Set<HeldLease> known = new HashSet<>();
        private final Set<HeldLease> ended = new HashSet<>();
        private Optional<Observation> remembered = Optional.empty();
        private Duration threshold = TIMING.maxStaleThreshold();
        private boolean busy;
        private int sleeps;
        private boolean killed;

        Contender() {
            clock.onRead(() -> pauseOf(this));
        }

        void act() {
            busy = true;
            try {
                switch (random.nextInt(40)) {
                    case 0 -> election.releaseLease();
                    case 1 -> election.abandonLease();
                    case 2 -> election.leadership().ifPresent(lease -> lease.lose(LossReason.STEPPED_DOWN));
                    case 3, 4 -> remembered = Optional.of(election.observe());
                    case 5, 6 -> remembered.ifPresent(election::claim);
                    default -> {
                        if (!election.renewLease()) {
                            election.tryReelect();
                        }
                    }
                }
            } catch (StoreUnavailableException e) {
                // Unknown, as so often.
                remembered = Optional.empty();
            } finally {
                busy = false;
            }
        }

        /** Mostly it stays, as with a holder that sees no other pauses. */
        private Duration anyThreshold() {
            if (random.nextInt(4) == 0) {
                threshold = random.nextBoolean() ? TIMING.staleThreshold() : TIMING.maxStaleThreshold();
            }
            return threshold;
        }

        @Override
        public List<String> groups() {
            return leases.groups();
        }

        @Override
        public Optional<Lease> get(String group) {
            Optional<Lease> row = call(() -> leases.get(group));
            return leftOut == LeftOut.OTHERS_GO_BY_THE_ROW
                    ? row.map(lease -> lease.withStaleThreshold(Duration.ZERO))
                    : row;
        }

        @Override
        public void put(Lease lease) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(String group) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LeaseAnswer claim(LeaseClaim claim) {
            return call(() -> leases.claim(claim));
        }

        @Override
        public LeaseAnswer renew(LeaseRenewal renewal) {
            return switch (leftOut) {
                case NONE, OTHERS_GO_BY_THE_ROW -> call(() -> leases.renew(renewal));
                case LONGER_ONLY_WHEN_WRITTEN -> {
                    LeaseAnswer answer = call(() -> leases.renew(with(renewal, TIMING.staleThreshold())));
                    yield new LeaseAnswer(
                            answer.accepted(),
                            answer.lease()
                                    .map(lease -> lease.withStaleThreshold(Duration.ofNanos(
                                            renewal.staleThreshold().toNanos()))));
                }
                case SHORTER_BEFORE_IT_IS_SEEN -> {
                    boolean shorter = random.nextBoolean();
                    yield call(() -> leases.renew(shorter ? with(renewal, TIMING.staleThreshold()) : renewal));
                }
            };
        }

        private static LeaseRenewal with(LeaseRenewal renewal, Duration threshold) {
            return new LeaseRenewal(
                    renewal.group(), renewal.participant(), renewal.term(), renewal.renewals(), threshold);
        }

        @Override
        public LeaseAnswer release(LeaseRelease release) {
            return call(() -> leases.release(release));
        }

        private <T> T call(Supplier<T> work) {
            pauseOf(this);
            deliverLate();
            int fate = random.nextInt(20);
            if (killed || fate == 0 || fate == 1) {
                if (!killed && fate == 0) {
                    late.add(work);
                }
                throw new StoreUnavailableException("lost on the way", null);
            }
            T answer = work.get();
            if (random.nextInt(10) == 0) {
                late.add(work);
            }
            pauseOf(this);
            deliverLate();
            if (killed || fate == 2) {
                throw new StoreUnavailableException("the answer is lost", null);
            }
            return answer;
        }

        private void deliverLate() {
            if (!late.isEmpty() && random.nextInt(5) == 0) {
                Object unheard = late.remove(random.nextInt(late.size())).get();
                assertThat(unheard).isNotNull();
                check();
            }
        }
    }
}
