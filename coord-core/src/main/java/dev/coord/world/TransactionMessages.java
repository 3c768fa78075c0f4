package dev.coord.world;

import com.google.protobuf.ByteString;
import dev.coord.proto.WorldBlock;
import dev.coord.proto.WorldTx;

/** Writes as messages. */
final class TransactionMessages {
    private TransactionMessages() {}

    /** A message would silently have another word instead. */
    private static String checked(String word) {
        return WorldKeys.checkedCharacters(word);
    }

    static WorldTx operation(WorldOperation operation) {
        return operation(operation.type(), operation.body());
    }

    static WorldTx operation(String type, byte[] body) {
        return WorldTx.newBuilder()
                .setApplyWorldOp(
                        WorldTx.ApplyWorldOp.newBuilder().setType(checked(type)).setBody(ByteString.copyFrom(body)))
                .build();
    }

    static WorldTx operation(String key, ObjectOperation operation) {
        return WorldTx.newBuilder()
                .setApplyObjectOp(WorldTx.ApplyObjectOp.newBuilder()
                        .setKey(checked(key))
                        .setType(checked(operation.type()))
                        .setBody(ByteString.copyFrom(operation.body())))
                .build();
    }

    static WorldTx create(String key, ObjectRef root) {
        return WorldTx.newBuilder()
                .setCreateObject(
                        WorldTx.CreateObject.newBuilder().setKey(checked(key)).setRoot(root.toProto()))
                .build();
    }

    static WorldTx setRoot(String key, ObjectRef root) {
        return WorldTx.newBuilder()
                .setSetRootRef(
                        WorldTx.SetRootRef.newBuilder().setKey(checked(key)).setRoot(root.toProto()))
                .build();
    }

    static WorldTx incrementRev(String key) {
        return WorldTx.newBuilder()
                .setIncrementRev(WorldTx.IncrementRev.newBuilder().setKey(checked(key)))
                .build();
    }

    static WorldTx delete(String key) {
        return WorldTx.newBuilder()
                .setDeleteObject(WorldTx.DeleteObject.newBuilder().setKey(checked(key)))
                .build();
    }

    static WorldTx rename(String from, String to, boolean descendants) {
        return WorldTx.newBuilder()
                .setRenameObject(WorldTx.RenameObject.newBuilder()
                        .setFrom(checked(from))
                        .setTo(checked(to))
                        .setDescendants(descendants))
                .build();
    }

    static WorldTx setQuad(GraphQuad quad) {
        return WorldTx.newBuilder()
                .setSetQuad(WorldTx.SetQuad.newBuilder().setQuad(quad.toProto()))
                .build();
    }

    static WorldTx deleteQuad(GraphQuad quad) {
        return WorldTx.newBuilder()
                .setDeleteQuad(WorldTx.DeleteQuad.newBuilder().setQuad(quad.toProto()))
                .build();
    }

    static WorldTx deleteQuads(String key) {
        return WorldTx.newBuilder()
                .setDeleteObjectQuads(WorldTx.DeleteObjectQuads.newBuilder().setKey(checked(key)))
                .build();
    }

    static WorldTx sweep() {
        return WorldTx.newBuilder().setSweep(WorldTx.Sweep.getDefaultInstance()).build();
    }

    static WorldTx with(WorldTx tx, ObjectRef ref, byte[] content) {
        return tx.toBuilder()
                .addBlocks(WorldBlock.newBuilder().setBucket(ref.bucket()).setContent(ByteString.copyFrom(content)))
                .build();
    }
}
