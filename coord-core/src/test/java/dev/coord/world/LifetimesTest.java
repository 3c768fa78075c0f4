package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.time.SettableNanoClock;
import dev.coord.world.Lifetimes.Timed;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a leader lets objects end, on a clock that the test moves. */
class LifetimesTest {
    private static final ObjectLifetime SECOND = ObjectLifetime.timeToLive(Duration.ofSeconds(1));
    private static final ParticipantId OWNER = new ParticipantId("owner");

    private final SettableNanoClock clock = new SettableNanoClock();
    private final Lifetimes lifetimes = new Lifetimes(clock);
    private Snapshot world = Snapshot.EMPTY;

    private void commit(WorldChange... changes) {
        var entry = new LogEntry(
                world.seqno() + 1,
                new Term(1),
                "id",
                "type",
                "sender",
                List.of(changes),
                WorldResult.of(new byte[0]),
                Instant.EPOCH,
                0,
                Term.NONE);
        world = world.after(entry);
        lifetimes.committed(List.of(entry));
    }

    private ObjectSet set(String key, ObjectLifetime lifetime) {
        return new ObjectSet(key, ObjectRef.EMPTY, 1, world.seqno() + 1, lifetime);
    }

    private List<String> over() {
        List<Timed> over = lifetimes.over(100);
        over.forEach(one -> lifetimes.postpone(one, 0));
        return over.stream().map(Timed::key).toList();
    }

    @Test
    void anObjectEndsWhenItsTimeIsOverAndNotBefore() {
        commit(
                set("a", SECOND),
                set("b", SECOND.withTimeToLive(Duration.ofMillis(500))),
                set("c", ObjectLifetime.UNLIMITED));
        clock.tickMillis(499);
        assertThat(over()).isEmpty();
        clock.tickMillis(1);
        assertThat(over()).containsExactly("b");
        clock.tickMillis(499);
        assertThat(over()).containsExactly("b");
        clock.tickMillis(1);
        assertThat(over()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void eachChangeBeginsTheTimeAnew() {
        commit(set("a", SECOND));
        for (int i = 0; i < 1000; i++) {
            clock.tickMillis(900);
            commit(set("a", SECOND));
            assertThat(over()).isEmpty();
        }
        clock.tickMillis(1000);
        assertThat(over()).containsExactly("a");
    }

    @Test
    void whatIsDeletedOrHasNoLimitAnyMoreDoesNotEnd() {
        commit(set("a", SECOND), set("b", SECOND));
        commit(new ObjectDeleted("a"), set("b", ObjectLifetime.UNLIMITED));
        clock.tickMillis(5000);
        assertThat(over()).isEmpty();
        assertThat(lifetimes.isEmpty()).isTrue();
    }

    @Test
    void anObjectEndsUnderTheKeyThatItHas() {
        commit(set("a", SECOND));
        commit(new ObjectRenamed("a", "b", ObjectRef.EMPTY, 1, 2, SECOND));
        clock.tickMillis(1000);
        assertThat(over()).containsExactly("b");
        commit(new ObjectDeleted("b"));
        assertThat(over()).isEmpty();
    }

    @Test
    void aNewLeaderCountsTheWholeTime() {
        commit(set("a", SECOND), set("b", ObjectLifetime.ownedBy(OWNER)));
        clock.tickMillis(900);
        var next = new Lifetimes(clock);
        next.begin(world);
        clock.tickMillis(999);
        assertThat(next.over(100)).isEmpty();
        clock.tickMillis(1);
        assertThat(next.over(100)).extracting(Timed::key).containsExactly("a");
        assertThat(next.ownedBy(OWNER, 10)).containsExactly("b");
    }

    @Test
    void whatCouldNotBeEndedIsTriedLater() {
        commit(set("a", SECOND));
        clock.tickMillis(1000);
        Timed one = lifetimes.over(100).get(0);
        lifetimes.postpone(one, Duration.ofSeconds(2).toNanos());
        clock.tickMillis(1999);
        assertThat(over()).isEmpty();
        clock.tickMillis(1);
        assertThat(over()).containsExactly("a");
    }

    @Test
    void ownersAreKnownAsLongAsTheyHaveObjects() {
        commit(set("a", ObjectLifetime.ownedBy(OWNER)), set("b", ObjectLifetime.ownedBy(OWNER)));
        assertThat(lifetimes.owners()).containsExactly(OWNER);
        assertThat(lifetimes.ownedBy(OWNER, 1)).containsExactly("a");
        assertThat(world.ownedBy(OWNER)).containsExactly("a", "b");
        commit(new ObjectDeleted("a"), set("b", ObjectLifetime.ownedBy(new ParticipantId("other"))));
        assertThat(lifetimes.owners()).containsExactly(new ParticipantId("other"));
        assertThat(world.ownedBy(OWNER)).isEmpty();
    }

    @Test
    void aTimeThatCannotBeKeptIsRefused() {
        for (Duration wrong :
                List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1_500_000), Duration.ofDays(367))) {
            assertThatThrownBy(() -> ObjectLifetime.timeToLive(wrong))
                    .as("%s", wrong)
                    .isInstanceOf(InvalidOperationException.class)
                    .hasMessageContaining(wrong.toString());
        }
        assertThat(ObjectLifetime.of(0, "")).isSameAs(ObjectLifetime.UNLIMITED);
        assertThat(ObjectLifetime.of(1000, "owner"))
                .isEqualTo(new ObjectLifetime(Optional.of(Duration.ofSeconds(1)), Optional.of(OWNER)));
    }
}
