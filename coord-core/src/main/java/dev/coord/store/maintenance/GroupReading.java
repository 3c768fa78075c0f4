package dev.coord.store.maintenance;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.coord.StoreException;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldLog;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the whole world of a group, page by page, while it is written to. What is read of objects and quads is of different moments;
 * the log from the checkpoint before the first page on, which is read, too, makes it the world as of the last entry: so the parts are
 * what a database could have that is at that entry, with rows up to that checkpoint.
 *
 * <p>The log is read along with the pages, so that it is not truncated before.
 */
final class GroupReading {
    /** Short pages: the store does nothing else meanwhile. */
    private static final int PAGE_ROWS = 200;

    private static final int LOG_BYTES = 128 * 1024;
    private static final int LOG_EVERY = 20;
    private static final int BLOCK_ROUNDS = 100;

    private final WorldStore store;
    private final String group;
    private final Backup.Reader parts;
    private final Set<BlockRef> blocks = new HashSet<>();
    /** What the log says since the blocks are read; a block that an earlier state needs may be swept by then. */
    private LogChanges changes = new LogChanges();

    private long seqno;
    private long entries;
    private long objects;
    private long quads;

    GroupReading(WorldStore store, String group, Backup.Reader parts) {
        this.store = store;
        this.group = group;
        this.parts = parts;
    }

    /** Reads it, and says how far it is; {@link WorldHead#NONE} if there is no world. */
    WorldHead read() throws IOException {
        WorldHead head = store.head(group);
        if (head.equals(WorldHead.NONE)) {
            return head;
        }
        seqno = head.truncatedSeqno();
        readLog();
        readObjects();
        readQuads();
        readLog();
        changes = new LogChanges();
        readBlocks();
        readLog();
        readMissingBlocks();
        return new WorldHead(head.term(), seqno, head.truncatedSeqno(), head.checkpointSeqno());
    }

    long entries() {
        return entries;
    }

    long objects() {
        return objects;
    }

    long quads() {
        return quads;
    }

    long blocks() {
        return blocks.size();
    }

    /** Reads the log up to its end. */
    private void readLog() throws IOException {
        while (true) {
            WorldLog log = store.log(group, seqno, LOG_BYTES);
            if (log.entries().isEmpty()) {
                if (log.head().seqno() > seqno) {
                    // All that this reader has not read is gone already.
                    throw truncated();
                }
                return;
            }
            for (StoredEntry entry : log.entries()) {
                WorldEntryRecord record = parsed(entry);
                if (record.getSeqno() != seqno + 1) {
                    throw truncated();
                }
                seqno++;
                record.getChangesList().forEach(changes::add);
            }
            entries += log.entries().size();
            parts.read(StoredParts.ofEntries(log.entries()));
            if (seqno >= log.head().seqno()) {
                return;
            }
        }
    }

    private StoreException truncated() {
        return new StoreException(
                "The log of the world of " + group + " was truncated while it was read, from entry " + (seqno + 1)
                        + " on: keep results for longer, or try again",
                null);
    }

    private static WorldEntryRecord parsed(StoredEntry entry) throws InvalidProtocolBufferException {
        return WorldEntryRecord.parseFrom(entry.encoded());
    }

    private void readObjects() throws IOException {
        String after = "";
        List<StoredObject> page;
        int count = 0;
        do {
            page = store.objects(group, after, PAGE_ROWS).objects();
            if (!page.isEmpty()) {
                parts.read(StoredParts.ofObjects(page));
                objects += page.size();
                after = page.get(page.size() - 1).key();
            }
            keepUp(++count);
        } while (page.size() == PAGE_ROWS);
    }

    private void readQuads() throws IOException {
        StoredQuad after = StoredQuad.NONE;
        List<StoredQuad> page;
        int count = 0;
        do {
            page = store.quads(group, after, PAGE_ROWS).quads();
            if (!page.isEmpty()) {
                parts.read(StoredParts.ofQuads(page));
                quads += page.size();
                after = page.get(page.size() - 1);
            }
            keepUp(++count);
        } while (page.size() == PAGE_ROWS);
    }

    private void keepUp(int count) throws IOException {
        if (count % LOG_EVERY == 0) {
            readLog();
        }
    }

    private void readBlocks() throws IOException {
        BlockRef after = BlockRef.NONE;
        List<BlockRef> page;
        int count = 0;
        do {
            page = store.blocks(group, after, PAGE_ROWS);
            for (BlockRef ref : page) {
                var unused = readBlock(ref);
                keepUp(++count);
                after = ref;
            }
        } while (page.size() == PAGE_ROWS);
    }

    /** Whether it is there. */
    private boolean readBlock(BlockRef ref) throws IOException {
        if (blocks.contains(ref)) {
            return true;
        }
        Optional<byte[]> content = store.block(group, ref);
        if (content.isPresent()) {
            parts.read(StoredParts.ofBlock(ref, content.get()));
            blocks.add(ref);
        }
        return content.isPresent();
    }

    /**
     * An object that has been as it is since before the blocks were read has its block among them. Those that were changed since
     * may need others; one that is gone already was needed by an earlier state, and the log goes on.
     */
    private void readMissingBlocks() throws IOException {
        for (int round = 0; round < BLOCK_ROUNDS; round++) {
            boolean missing = false;
            for (Optional<StoredObject> object : List.copyOf(changes.objects().values())) {
                if (object.isPresent()
                        && needsBlock(object.get().root())
                        && !readBlock(object.get().root())) {
                    missing = true;
                }
            }
            long before = seqno;
            if (!missing) {
                return;
            }
            readLog();
            if (seqno == before) {
                throw new StoreException(
                        "A block of the world of " + group
                                + " is missing, though an object refers to it: check it with coord verify",
                        null);
            }
        }
        throw new StoreException(
                "The world of " + group + " changes faster than its blocks can be read: try again", null);
    }

    /** Small content is in the reference itself. */
    private static boolean needsBlock(BlockRef ref) {
        return ref.address().length > 0 && ref.address()[0] == StoreCheck.SHA_256;
    }
}
