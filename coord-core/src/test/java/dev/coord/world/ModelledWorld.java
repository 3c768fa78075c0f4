package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.world.RandomWrites.Write;
import dev.coord.world.WorldGroup.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes to a world and to its model, and compares what both say; knows what the world was at every commit. */
final class ModelledWorld {
    private final long seed;
    private final Map<Long, Model> bySeqno = new HashMap<>();
    private final List<String> done = new ArrayList<>();
    private Model now = new Model();
    private long seqno;

    /** @param seed named in failures */
    ModelledWorld(long seed) {
        this.seed = seed;
        bySeqno.put(0L, now.copy());
    }

    /** Has {@code member} carry the writes out, as one transaction, and says whether they were refused. */
    boolean write(Member member, List<Write> writes) {
        done.add(writes.toString());
        Model after = now.copy();
        after.begin(member.world().sync() + 1);
        Class<?> expected = refusal(() -> writes.forEach(write -> write.model().accept(after)));
        Class<?> actual = refusal(() -> carryOut(member, writes));
        assertThat(actual).as("refusal of %s, after %s", writes, this).isEqualTo(expected);
        if (expected == null) {
            now = after;
            seqno = member.world().seqno();
            bySeqno.put(seqno, now.copy());
            check(seqno, member.handler().followerEngine().replica().snapshot());
        }
        return expected != null;
    }

    private static void carryOut(Member member, List<Write> writes) {
        if (writes.size() == 1) {
            writes.get(0).world().accept(member.world().state());
        } else {
            var batch = new WorldBatch();
            writes.forEach(write -> write.batch().accept(batch));
            var unused = member.world().state().apply(batch);
        }
    }

    private static @Nullable Class<?> refusal(Runnable work) {
        try {
            work.run();
            return null;
        } catch (WorldException e) {
            return e.getClass();
        }
    }

    long seqno() {
        return seqno;
    }

    Model now() {
        return now;
    }

    /** {@code snapshot} is what the model was at its commit. */
    void check(long expectedSeqno, Snapshot snapshot) {
        assertThat(snapshot.seqno()).as("commit, after %s", this).isEqualTo(expectedSeqno);
        assertThat(Model.of(snapshot))
                .as("commit %s, after %s", expectedSeqno, this)
                .isEqualTo(bySeqno.get(expectedSeqno));
    }

    @Override
    public String toString() {
        return done.size() + " writes of seed " + seed + ", the last of them "
                + done.subList(Math.max(0, done.size() - 20), done.size());
    }
}
