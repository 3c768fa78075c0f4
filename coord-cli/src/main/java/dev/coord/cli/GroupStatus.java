package dev.coord.cli;

import dev.coord.registry.Liveness;
import dev.coord.store.BlockRef;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.transport.Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A group as a store has it. */
record GroupStatus(
        String group,
        long term,
        @Nullable Leader leader,
        List<Member> participants,
        @Nullable WorldSize world) {
    private static final int PAGE_ROWS = 1000;

    /**
     * Who holds the lease.
     *
     * @param dead whether its process is proven dead: the lease is there for the next one
     * @param sessionOver whether its session with the database is over, which is no proof that it is dead
     * @param renewedAt by its wall clock
     */
    record Leader(String participant, long pid, String address, boolean dead, boolean sessionOver, String renewedAt) {}

    /** Who is registered; {@code dead} if its process is proven to be, {@code sessionOver} as for the leader. */
    record Member(
            String participant,
            long pid,
            String host,
            String role,
            List<String> capabilities,
            Map<String, String> attributes,
            String address,
            boolean dead,
            boolean sessionOver,
            String lastHeartbeat) {}

    /**
     * How far the world is, and how large.
     *
     * @param checkpointSeqno up to where objects and quads are in rows of their own
     * @param logFrom the first entry that the log still has
     */
    record WorldSize(
            long seqno, long term, long checkpointSeqno, long logFrom, long objects, long quads, long blocks) {}

    /** What says that a process is gone: the second one takes the end of a session for its end. */
    private record Signs(Liveness dead, Liveness over) {
        boolean isSessionOver(String process) {
            return !dead.isKnownDead(process) && over.isKnownDead(process);
        }
    }

    static GroupStatus of(Store store, String group) {
        Signs signs = new Signs(Liveness.of(store), Liveness.of(store, process -> true));
        Optional<Lease> lease = store.leases().get(group);
        List<Member> members = store.participants().list(group).stream()
                .map(participant -> member(participant, signs))
                .toList();
        return new GroupStatus(
                group,
                lease.map(held -> held.term().value()).orElse(0L),
                lease.flatMap(held -> held.holder().map(holder -> leader(held, holder, signs)))
                        .orElse(null),
                members,
                world(store.world(), group));
    }

    private static Leader leader(Lease lease, LeaseHolder holder, Signs signs) {
        return new Leader(
                holder.id().value(),
                holder.pid(),
                Address.text(holder.address()),
                signs.dead().isKnownDead(holder.process()),
                signs.isSessionOver(holder.process()),
                lease.renewedAt().toString());
    }

    private static Member member(Participant participant, Signs signs) {
        return new Member(
                participant.id().value(),
                participant.pid(),
                participant.host(),
                participant.role().name(),
                participant.capabilities(),
                participant.attributes(),
                Address.text(participant.address()),
                signs.dead().isKnownDead(participant.process()),
                signs.isSessionOver(participant.process()),
                participant.lastHeartbeat().toString());
    }

    private static @Nullable WorldSize world(WorldStore world, String group) {
        WorldHead head = world.head(group);
        if (head.equals(WorldHead.NONE)) {
            return null;
        }
        return new WorldSize(
                head.seqno(),
                head.term().value(),
                head.checkpointSeqno(),
                head.truncatedSeqno() + 1,
                objects(world, group),
                quads(world, group),
                blocks(world, group));
    }

    private static long objects(WorldStore world, String group) {
        long count = 0;
        String after = "";
        while (true) {
            List<StoredObject> page = world.objects(group, after, PAGE_ROWS).objects();
            count += page.size();
            if (page.size() < PAGE_ROWS) {
                return count;
            }
            after = page.get(page.size() - 1).key();
        }
    }

    private static long quads(WorldStore world, String group) {
        long count = 0;
        StoredQuad after = StoredQuad.NONE;
        while (true) {
            List<StoredQuad> page = world.quads(group, after, PAGE_ROWS / 4).quads();
            count += page.size();
            if (page.size() < PAGE_ROWS / 4) {
                return count;
            }
            after = page.get(page.size() - 1);
        }
    }

    private static long blocks(WorldStore world, String group) {
        long count = 0;
        BlockRef after = BlockRef.NONE;
        while (true) {
            List<BlockRef> page = world.blocks(group, after, PAGE_ROWS);
            count += page.size();
            if (page.size() < PAGE_ROWS) {
                return count;
            }
            after = page.get(page.size() - 1);
        }
    }
}
