package dev.coord.store.maintenance;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.coord.Term;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.store.BlockRef;
import dev.coord.store.Lease;
import dev.coord.store.Store;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore.WorldLog;
import dev.coord.store.WorldStore.WorldPage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a store has of one group against itself: the lease against the world's head; that the log has no hole; the rows of
 * objects and quads against what the log says of them; that each object has its block, each block the content that its address
 * says, and each quad its ends. The store must stand still meanwhile.
 *
 * <p>What the log no longer has is not there twice, so a change in such a row shows only where it breaks one of these.
 */
public final class StoreCheck {
    private static final int LOG_BYTES = 1024 * 1024;
    private static final int PAGE_ROWS = 500;
    /** Of one kind; the rest are the same again. */
    private static final int MOST_TOLD = 10;

    static final byte SHA_256 = 0x12;

    private final Store store;
    private final String group;
    private final Consumer<String> problems;
    private int told;

    /**
     * What there is of a group.
     *
     * @param head how far its world is
     * @param entries in its log
     */
    public record Contents(String group, WorldHead head, long entries, long objects, long quads, long blocks) {}

    private StoreCheck(Store store, String group, Consumer<String> problems) {
        this.store = store;
        this.group = group;
        this.problems = problems;
    }

    /**
     * Checks {@code group}.
     *
     * @param problems told of each problem in words
     */
    public static Contents check(Store store, String group, Consumer<String> problems) {
        return new StoreCheck(store, group, problems).check();
    }

    private void problem(String what) {
        told++;
        if (told <= MOST_TOLD) {
            problems.accept("Group " + group + ": " + what);
        } else if (told == MOST_TOLD + 1) {
            problems.accept("Group " + group + ": there are more problems, which are not told");
        }
    }

    private Contents check() {
        WorldHead head = store.world().head(group);
        Term granted = store.leases().get(group).map(Lease::term).orElse(Term.NONE);
        if (granted.compareTo(head.term()) < 0) {
            problem("the lease is at term " + granted + ", and the world at the later term " + head.term());
        }
        if (head.truncatedSeqno() > head.checkpointSeqno() || head.checkpointSeqno() > head.seqno()) {
            problem("the log has what is after " + head.truncatedSeqno() + ", the rows what is up to "
                    + head.checkpointSeqno() + ", and the world is at " + head.seqno());
        }
        var inRows = new LogChanges();
        var later = new LogChanges();
        long entries = checkLog(head, inRows, later);
        // What is changed after the checkpoint may be in its row already, when that is within an entry.
        inRows.objects().keySet().removeAll(later.objects().keySet());
        inRows.quads().keySet().removeAll(later.quads().keySet());
        Set<String> keys = new HashSet<>();
        Set<BlockRef> needed = new HashSet<>();
        later.objects()
                .values()
                .forEach(object -> object.ifPresent(now -> {
                    keys.add(now.key());
                    need(now, needed);
                }));
        checkObjects(inRows, later, keys, needed);
        long quads = checkQuads(inRows, later, keys);
        long blocks = checkBlocks(needed);
        return new Contents(group, head, entries, keys.size(), quads, blocks);
    }

    private long checkLog(WorldHead head, LogChanges inRows, LogChanges later) {
        long seqno = head.truncatedSeqno();
        long term = 0;
        while (seqno < head.seqno()) {
            WorldLog log = store.world().log(group, seqno, LOG_BYTES);
            if (log.entries().isEmpty()) {
                problem("the log ends with entry " + seqno + ", and the world is at " + head.seqno());
                break;
            }
            for (StoredEntry stored : log.entries()) {
                WorldEntryRecord entry = parsed(stored);
                if (entry == null) {
                    problem("the entry after " + seqno + " of the log cannot be read");
                    return seqno - head.truncatedSeqno();
                }
                if (entry.getSeqno() != seqno + 1) {
                    problem("entry " + (seqno + 1) + " of the log is missing; the next one is " + entry.getSeqno());
                }
                if (entry.getTerm() < term || entry.getTerm() > head.term().value()) {
                    problem("entry " + entry.getSeqno() + " of the log is of term " + entry.getTerm() + ", after term "
                            + term + " and in a world at term " + head.term());
                }
                seqno = Math.max(seqno + 1, entry.getSeqno());
                term = entry.getTerm();
                LogChanges where = seqno <= head.checkpointSeqno() ? inRows : later;
                entry.getChangesList().forEach(where::add);
            }
        }
        return seqno - head.truncatedSeqno();
    }

    private static @Nullable WorldEntryRecord parsed(StoredEntry stored) {
        try {
            return WorldEntryRecord.parseFrom(stored.encoded());
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private void checkObjects(LogChanges inRows, LogChanges later, Set<String> keys, Set<BlockRef> needed) {
        String after = "";
        List<StoredObject> page;
        do {
            WorldPage read = store.world().objects(group, after, PAGE_ROWS);
            page = read.objects();
            for (StoredObject row : page) {
                Optional<StoredObject> said = inRows.objects().remove(row.key());
                if (said != null && !said.equals(Optional.of(row))) {
                    problem("object " + row.key() + " is " + text(row) + " in its row, and "
                            + said.map(StoreCheck::text).orElse("deleted") + " in the log");
                }
                if (!later.objects().containsKey(row.key())) {
                    need(row, needed);
                    keys.add(row.key());
                }
                after = row.key();
            }
        } while (page.size() == PAGE_ROWS);
        inRows.objects()
                .forEach((key, said) -> said.ifPresent(
                        object -> problem("object " + key + " has no row, and is " + text(object) + " in the log")));
    }

    private static String text(StoredObject object) {
        return "at revision " + object.rev() + " with " + object.root();
    }

    private void need(StoredObject object, Set<BlockRef> needed) {
        byte[] address = object.root().address();
        if (address.length > 0 && address[0] == SHA_256) {
            needed.add(object.root());
        }
    }

    private long checkQuads(LogChanges inRows, LogChanges later, Set<String> keys) {
        Set<StoredQuad> now = new HashSet<>();
        later.quads().forEach((quad, set) -> {
            if (set) {
                now.add(quad);
            }
        });
        long count = now.size();
        now.forEach(quad -> checkEnds(quad, keys));
        StoredQuad after = StoredQuad.NONE;
        List<StoredQuad> page;
        do {
            page = store.world().quads(group, after, PAGE_ROWS).quads();
            for (StoredQuad quad : page) {
                if (Objects.equals(inRows.quads().remove(quad), false)) {
                    problem("quad " + quad + " has a row, and is deleted in the log");
                }
                if (!later.quads().containsKey(quad)) {
                    checkEnds(quad, keys);
                    count++;
                }
                after = quad;
            }
        } while (page.size() == PAGE_ROWS);
        inRows.quads().forEach((quad, set) -> {
            if (set) {
                problem("quad " + quad + " has no row, and is set in the log");
            }
        });
        return count;
    }

    private void checkEnds(StoredQuad quad, Set<String> keys) {
        for (String end : List.of(quad.subject(), quad.object())) {
            if (!isKnown(end, keys)) {
                problem("quad " + quad + " names " + end + ", which does not exist");
            }
        }
    }

    private static boolean isKnown(String end, Set<String> keys) {
        return end.length() > 2 && keys.contains(end.substring(1, end.length() - 1));
    }

    private long checkBlocks(Set<BlockRef> needed) {
        long count = 0;
        BlockRef after = BlockRef.NONE;
        List<BlockRef> page;
        do {
            page = store.world().blocks(group, after, PAGE_ROWS);
            for (BlockRef ref : page) {
                Optional<byte[]> content = store.world().block(group, ref);
                if (content.isEmpty() || !isOf(ref, content.get())) {
                    problem("block " + ref + " does not have the content that its address says");
                }
                needed.remove(ref);
                count++;
                after = ref;
            }
        } while (page.size() == PAGE_ROWS);
        needed.forEach(ref -> problem("block " + ref + " is missing, and an object refers to it"));
        return count;
    }

    private static boolean isOf(BlockRef ref, byte[] content) {
        byte[] address = ref.address();
        return address.length > 0
                && address[0] == SHA_256
                && Arrays.equals(sha256(content), Arrays.copyOfRange(address, 1, address.length));
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
