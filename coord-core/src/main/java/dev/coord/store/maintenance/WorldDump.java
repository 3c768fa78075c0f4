package dev.coord.store.maintenance;

import dev.coord.proto.StoreResponse;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.store.BlockRef;
import dev.coord.store.Lease;
import dev.coord.store.Store;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The world of a group as of one commit, read while the store is in use. Objects, quads and results are kept in memory, the content
 * of blocks is not.
 */
public final class WorldDump {
    private static final byte IDENTITY = 0;

    private final TreeMap<String, StoredObject> objects = new TreeMap<>();
    private final Set<StoredQuad> quads = new LinkedHashSet<>();
    private final List<Result> results = new ArrayList<>();
    private final WorldHead head;
    private final long term;

    /**
     * What an operation that is still remembered answered.
     *
     * @param value not copied; nobody may change it
     * @param entry all that the log has of the operation, this included
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Result(
            long seqno, long term, String operationId, String type, String sender, byte[] value, StoredEntry entry) {}

    /** Takes blocks. */
    @FunctionalInterface
    public interface Blocks {
        void take(StoredBlock block) throws IOException;
    }

    private WorldDump(Store store, String group, Blocks blocks) throws IOException {
        List<StoredEntry> log = new ArrayList<>();
        var reading = new GroupReading(store.world(), group, part -> take(part, log, blocks));
        head = reading.read();
        var changes = new LogChanges();
        for (StoredEntry stored : log) {
            WorldEntryRecord entry = WorldEntryRecord.parseFrom(stored.encoded());
            if (entry.getSeqno() > head.checkpointSeqno()) {
                entry.getChangesList().forEach(changes::add);
            }
            results.add(new Result(
                    entry.getSeqno(),
                    entry.getTerm(),
                    entry.getOpId(),
                    entry.getType(),
                    entry.getSender(),
                    entry.getResult().getValue().toByteArray(),
                    stored));
        }
        changes.objects()
                .forEach((key, object) ->
                        object.ifPresentOrElse(now -> objects.put(key, now), () -> objects.remove(key)));
        changes.quads().forEach((quad, set) -> {
            if (set) {
                quads.add(quad);
            } else {
                quads.remove(quad);
            }
        });
        term = Math.max(
                head.term().value(),
                store.leases()
                        .get(group)
                        .map(Lease::term)
                        .map(granted -> granted.value())
                        .orElse(0L));
    }

    /**
     * Reads the world of {@code group}.
     *
     * @param blocks told of each block as it is read; there may be some that no object refers to any more
     * @throws dev.coord.StoreException if the log was truncated while it was read, or the store gave no answer
     */
    public static WorldDump of(Store store, String group, Blocks blocks) throws IOException {
        return new WorldDump(store, group, blocks);
    }

    private void take(StoreResponse part, List<StoredEntry> log, Blocks blocks) throws IOException {
        log.addAll(StoredParts.entries(part));
        StoredParts.objects(part).forEach(object -> objects.put(object.key(), object));
        quads.addAll(StoredParts.quads(part));
        for (StoredBlock block : StoredParts.blocks(part)) {
            blocks.take(block);
        }
    }

    /** How far it is. */
    public WorldHead head() {
        return head;
    }

    /** The last term that was granted. */
    public long term() {
        return term;
    }

    /** By key. */
    public Collection<StoredObject> objects() {
        return Collections.unmodifiableCollection(objects.values());
    }

    /** In no order that means anything. */
    public Collection<StoredQuad> quads() {
        return Collections.unmodifiableSet(quads);
    }

    /** In the order in which they were committed. */
    public List<Result> results() {
        return Collections.unmodifiableList(results);
    }

    /** The content that {@code ref} holds itself, as small content is; empty if it is in a block. */
    public static Optional<byte[]> inlined(BlockRef ref) {
        byte[] address = ref.address();
        if (address.length == 0) {
            return Optional.of(new byte[0]);
        }
        return address[0] == IDENTITY ? Optional.of(Arrays.copyOfRange(address, 1, address.length)) : Optional.empty();
    }
}
