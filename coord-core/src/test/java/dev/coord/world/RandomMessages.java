package dev.coord.world;

import com.google.protobuf.ByteString;
import dev.coord.proto.WorldBlock;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldTx;
import java.util.List;
import java.util.Random;

/** Transactions as messages: whole ones, damaged ones, and bytes that never were one. */
final class RandomMessages {
    private static final List<String> KEYS = List.of("a", "b", "a/b", "a/b/c", "b/a", "ü/日本", "\ud83d\ude00");
    private static final List<String> WORDS =
            List.of("", "<a>", "a\0b", "x".repeat(1001), "k".repeat(1000), "a/", "/", "\uffff", "{}", "' OR 1=1 --");
    private static final List<String> TYPES = List.of(
            "append", "append", "read", "count", "nothing", "copy", "nested", "fail", "reject", "bump", "recurse",
            "none");

    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    ByteString next() {
        return switch (random.nextInt(6)) {
            case 0 -> ByteString.copyFrom(bytes(random.nextInt(100)));
            case 1, 2 -> damaged(tx(0).toByteArray());
            default -> tx(0).toByteString();
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private ByteString damaged(byte[] message) {
        ByteString now = ByteString.copyFrom(message);
        for (int damages = 1 + random.nextInt(4); damages > 0 && !now.isEmpty(); damages--) {
            int from = random.nextInt(now.size());
            int to = from + random.nextInt(Math.min(20, now.size() - from) + 1);
            now = switch (random.nextInt(4)) {
                case 0 -> now.substring(0, from).concat(now.substring(to));
                case 1 -> now.substring(0, to).concat(now.substring(from));
                case 2 ->
                    now.substring(0, from)
                            .concat(ByteString.copyFrom(bytes(1 + random.nextInt(3))))
                            .concat(now.substring(to));
                default -> {
                    byte[] flipped = now.toByteArray();
                    flipped[from] ^= (byte) (1 << random.nextInt(8));
                    yield ByteString.copyFrom(flipped);
                }
            };
        }
        return now;
    }

    /** A key that may exist, or a word that makes no sense. */
    String word() {
        List<String> words = random.nextInt(15) == 0 ? WORDS : KEYS;
        return words.get(random.nextInt(words.size()));
    }

    private WorldRef ref() {
        byte[] content = bytes(random.nextInt(4) == 0 ? 300 : random.nextInt(20));
        WorldRef ref = WorldCodec.message(ObjectRef.of(random.nextBoolean() ? "" : "bucket", content));
        return random.nextInt(10) == 0
                ? WorldRef.newBuilder()
                        .setBucket(word())
                        .setAddress(ByteString.copyFrom(bytes(random.nextInt(40))))
                        .build()
                : ref;
    }

    private WorldQuad quad() {
        return WorldQuad.newBuilder()
                .setSubject(random.nextInt(20) == 0 ? word() : "<" + word() + ">")
                .setPredicate(word())
                .setObject("<" + word() + ">")
                .setLabel(random.nextBoolean() ? "" : word())
                .build();
    }

    private WorldTx tx(int depth) {
        WorldTx.Builder tx = WorldTx.newBuilder();
        if (random.nextInt(5) == 0) {
            tx.addBlocks(WorldBlock.newBuilder()
                    .setBucket(word())
                    .setContent(ByteString.copyFrom(bytes(random.nextInt(600)))));
        }
        String type = TYPES.get(random.nextInt(TYPES.size()));
        String body = word() + (random.nextInt(5) == 0 ? "" : "=" + word());
        switch (random.nextInt(depth > 2 ? 11 : 13)) {
            case 0, 1 ->
                tx.setApplyWorldOp(
                        WorldTx.ApplyWorldOp.newBuilder().setType(type).setBody(ByteString.copyFromUtf8(body)));
            case 2 ->
                tx.setApplyObjectOp(WorldTx.ApplyObjectOp.newBuilder()
                        .setKey(word())
                        .setType(random.nextBoolean() ? "bump" : type));
            case 3, 4 ->
                tx.setCreateObject(
                        WorldTx.CreateObject.newBuilder().setKey(word()).setRoot(ref()));
            case 5 ->
                tx.setSetRootRef(WorldTx.SetRootRef.newBuilder().setKey(word()).setRoot(ref()));
            case 6 -> tx.setIncrementRev(WorldTx.IncrementRev.newBuilder().setKey(word()));
            case 7 -> tx.setDeleteObject(WorldTx.DeleteObject.newBuilder().setKey(word()));
            case 8 ->
                tx.setRenameObject(WorldTx.RenameObject.newBuilder()
                        .setFrom(word())
                        .setTo(word())
                        .setDescendants(random.nextBoolean()));
            case 9 -> tx.setSetQuad(WorldTx.SetQuad.newBuilder().setQuad(quad()));
            case 10 -> {
                if (random.nextBoolean()) {
                    tx.setDeleteQuad(WorldTx.DeleteQuad.newBuilder().setQuad(quad()));
                } else {
                    tx.setDeleteObjectQuads(
                            WorldTx.DeleteObjectQuads.newBuilder().setKey(word()));
                }
            }
            case 11 -> tx.setSweep(WorldTx.Sweep.getDefaultInstance());
            default -> {
                WorldTx.Batch.Builder batch = WorldTx.Batch.newBuilder();
                for (int i = random.nextInt(5); i > 0; i--) {
                    batch.addTxs(tx(depth + 1));
                }
                tx.setBatch(batch);
            }
        }
        return tx.build();
    }
}
