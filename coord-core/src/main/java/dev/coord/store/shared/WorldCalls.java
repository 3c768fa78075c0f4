package dev.coord.store.shared;

import com.google.protobuf.ByteString;
import dev.coord.proto.GroupKey;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.WorldBegin;
import dev.coord.proto.WorldBlockRemoval;
import dev.coord.proto.WorldBlockRequest;
import dev.coord.proto.WorldCheckpoint;
import dev.coord.proto.WorldCommit;
import dev.coord.proto.WorldHead;
import dev.coord.proto.WorldLogRequest;
import dev.coord.proto.WorldPageRequest;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldStoredBlock;
import dev.coord.proto.WorldTruncation;
import dev.coord.store.WorldStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The world operations as messages; see {@link StoreCalls}. */
record WorldCalls(Function<StoreRequest, StoreResponse> send) implements WorldStore {
    /** Carries out {@code request}, which is about a world, on {@code store}. */
    static StoreResponse execute(WorldStore store, StoreRequest request) {
        return switch (request.getOperationCase()) {
            case GET_WORLD_HEAD ->
                response(store.head(request.getGetWorldHead().getGroup())).build();
            case BEGIN_WORLD -> response(store.begin(request.getBeginWorld()));
            case COMMIT_WORLD -> response(store.commit(request.getCommitWorld()));
            case TRUNCATE_WORLD -> response(store.truncate(request.getTruncateWorld()));
            case REMOVE_WORLD_BLOCKS -> response(store.removeBlocks(request.getRemoveWorldBlocks()));
            case CHECKPOINT_WORLD -> {
                WorldCheckpoint wanted = request.getCheckpointWorld();
                long seqno = store.checkpoint(wanted.getGroup(), wanted.getMaxBytes());
                yield response(WorldHead.newBuilder().setCheckpointSeqno(seqno).build())
                        .build();
            }
            case READ_WORLD_LOG -> {
                WorldLogRequest wanted = request.getReadWorldLog();
                WorldLog log = store.log(wanted.getGroup(), wanted.getAfterSeqno(), wanted.getMaxBytes());
                yield response(log.head()).addAllWorldEntries(log.entries()).build();
            }
            case READ_WORLD_PAGE -> {
                WorldPageRequest wanted = request.getReadWorldPage();
                WorldPage page = wanted.hasQuad()
                        ? store.quads(wanted.getGroup(), wanted.getQuad(), wanted.getMaxRows())
                        : store.objects(wanted.getGroup(), wanted.getObjectKey(), wanted.getMaxRows());
                yield response(page.head())
                        .addAllWorldObjects(page.objects())
                        .addAllWorldQuads(page.quads())
                        .build();
            }
            case READ_WORLD_BLOCKS -> blocks(store, request.getReadWorldBlocks());
            default -> throw new IllegalArgumentException(request.getOperationCase() + " is not about a world");
        };
    }

    private static StoreResponse blocks(WorldStore store, WorldBlockRequest wanted) {
        var response = StoreResponse.newBuilder().setAccepted(true);
        if (wanted.hasRef()) {
            store.block(wanted.getGroup(), wanted.getRef())
                    .ifPresent(content -> response.addWorldBlocks(WorldStoredBlock.newBuilder()
                            .setRef(wanted.getRef())
                            .setContent(ByteString.copyFrom(content))));
        } else {
            store.blocks(wanted.getGroup(), wanted.getAfter(), wanted.getMaxRows())
                    .forEach(ref -> response.addWorldBlocks(
                            WorldStoredBlock.newBuilder().setRef(ref)));
        }
        return response.build();
    }

    private static StoreResponse response(WorldAnswer answer) {
        return response(answer.head()).setAccepted(answer.accepted()).build();
    }

    private static StoreResponse.Builder response(WorldHead head) {
        return StoreResponse.newBuilder().setAccepted(true).setWorldHead(head);
    }

    @Override
    public WorldHead head(String group) {
        return call(StoreRequest.newBuilder()
                        .setGetWorldHead(GroupKey.newBuilder().setGroup(group)))
                .getWorldHead();
    }

    @Override
    public WorldAnswer begin(WorldBegin begin) {
        return answer(StoreRequest.newBuilder().setBeginWorld(begin));
    }

    @Override
    public WorldAnswer commit(WorldCommit commit) {
        return answer(StoreRequest.newBuilder().setCommitWorld(commit));
    }

    @Override
    public WorldLog log(String group, long afterSeqno, int maxBytes) {
        StoreResponse response = call(StoreRequest.newBuilder()
                .setReadWorldLog(WorldLogRequest.newBuilder()
                        .setGroup(group)
                        .setAfterSeqno(afterSeqno)
                        .setMaxBytes(maxBytes)));
        return new WorldLog(response.getWorldHead(), response.getWorldEntriesList());
    }

    @Override
    public WorldPage objects(String group, String afterKey, int maxRows) {
        return page(WorldPageRequest.newBuilder()
                .setGroup(group)
                .setObjectKey(afterKey)
                .setMaxRows(maxRows));
    }

    @Override
    public WorldPage quads(String group, WorldQuad after, int maxRows) {
        return page(WorldPageRequest.newBuilder().setGroup(group).setQuad(after).setMaxRows(maxRows));
    }

    private WorldPage page(WorldPageRequest.Builder wanted) {
        StoreResponse response = call(StoreRequest.newBuilder().setReadWorldPage(wanted));
        return new WorldPage(response.getWorldHead(), response.getWorldObjectsList(), response.getWorldQuadsList());
    }

    @Override
    public Optional<byte[]> block(String group, WorldRef ref) {
        return call(StoreRequest.newBuilder()
                        .setReadWorldBlocks(
                                WorldBlockRequest.newBuilder().setGroup(group).setRef(ref)))
                .getWorldBlocksList()
                .stream()
                .map(block -> block.getContent().toByteArray())
                .findFirst();
    }

    @Override
    public List<WorldRef> blocks(String group, WorldRef after, int maxRows) {
        return call(StoreRequest.newBuilder()
                        .setReadWorldBlocks(WorldBlockRequest.newBuilder()
                                .setGroup(group)
                                .setAfter(after)
                                .setMaxRows(maxRows)))
                .getWorldBlocksList()
                .stream()
                .map(WorldStoredBlock::getRef)
                .toList();
    }

    @Override
    public long checkpoint(String group, int maxBytes) {
        return call(StoreRequest.newBuilder()
                        .setCheckpointWorld(
                                WorldCheckpoint.newBuilder().setGroup(group).setMaxBytes(maxBytes)))
                .getWorldHead()
                .getCheckpointSeqno();
    }

    @Override
    public WorldAnswer truncate(WorldTruncation truncation) {
        return answer(StoreRequest.newBuilder().setTruncateWorld(truncation));
    }

    @Override
    public WorldAnswer removeBlocks(WorldBlockRemoval removal) {
        return answer(StoreRequest.newBuilder().setRemoveWorldBlocks(removal));
    }

    private WorldAnswer answer(StoreRequest.Builder operation) {
        StoreResponse response = call(operation);
        return new WorldAnswer(response.getAccepted(), response.getWorldHead());
    }

    private StoreResponse call(StoreRequest.Builder operation) {
        return send.apply(operation.build());
    }
}
