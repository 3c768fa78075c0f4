package dev.coord.world;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/** What a committed operation answered. */
public final class WorldResult {
    private final dev.coord.proto.WorldResult proto;

    private WorldResult(dev.coord.proto.WorldResult proto) {
        this.proto = proto;
    }

    static WorldResult fromProto(dev.coord.proto.WorldResult proto) {
        return new WorldResult(proto);
    }

    static WorldResult of(byte[] value) {
        return new WorldResult(dev.coord.proto.WorldResult.newBuilder()
                .setValue(ByteString.copyFrom(value))
                .build());
    }

    static WorldResult ofRev(long rev) {
        return new WorldResult(
                dev.coord.proto.WorldResult.newBuilder().setRev(rev).build());
    }

    static WorldResult ofFound(boolean found) {
        return new WorldResult(
                dev.coord.proto.WorldResult.newBuilder().setFound(found).build());
    }

    static WorldResult ofBatch(List<WorldResult> results) {
        var batch = dev.coord.proto.WorldResult.newBuilder();
        results.forEach(result -> batch.addBatch(result.proto));
        return new WorldResult(batch.build());
    }

    WorldResult committed(long seqno, long term) {
        return new WorldResult(proto.toBuilder().setSeqno(seqno).setTerm(term).build());
    }

    dev.coord.proto.WorldResult toProto() {
        return proto;
    }

    /** The number of its commit: a view that has reached it has its changes. */
    public long seqno() {
        return proto.getSeqno();
    }

    /** The term of the leader who committed it. */
    public long term() {
        return proto.getTerm();
    }

    /** What the operation returned; empty for writes that are no operations. */
    public byte[] value() {
        return proto.getValue().toByteArray();
    }

    /** The revision of the object that was created, set or incremented; 0 for others. */
    public long rev() {
        return proto.getRev();
    }

    /** Whether there was what was to be deleted, or whether something changed. */
    public boolean found() {
        return proto.getFound();
    }

    /** The results of the writes in a batch. */
    public List<WorldResult> batch() {
        return proto.getBatchList().stream().map(WorldResult::new).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WorldResult result && proto.equals(result.proto);
    }

    @Override
    public int hashCode() {
        return proto.hashCode();
    }

    @Override
    public String toString() {
        return "seqno " + seqno() + ", term " + term() + ", value " + Arrays.toString(value());
    }
}
