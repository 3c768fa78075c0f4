package dev.coord.store.shared;

import static dev.coord.store.shared.WorldMessages.message;
import static dev.coord.store.shared.WorldMessages.writer;

import dev.coord.proto.GroupKey;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.WorldBegin;
import dev.coord.proto.WorldBlockRemoval;
import dev.coord.proto.WorldBlockRequest;
import dev.coord.proto.WorldCheckpoint;
import dev.coord.proto.WorldCommit;
import dev.coord.proto.WorldHeadRecord;
import dev.coord.proto.WorldLogRequest;
import dev.coord.proto.WorldPageRequest;
import dev.coord.proto.WorldStoredBlock;
import dev.coord.proto.WorldTruncation;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldWriter;
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
            case BEGIN_WORLD -> {
                WorldBegin begin = request.getBeginWorld();
                yield response(store.begin(writer(begin.getGroup(), begin.getParticipantId(), begin.getTerm())));
            }
            case COMMIT_WORLD -> {
                WorldCommit commit = request.getCommitWorld();
                yield response(store.commit(
                        writer(commit.getGroup(), commit.getParticipantId(), commit.getTerm()),
                        commit.getBaseSeqno(),
                        WorldMessages.entries(commit.getEntriesList()),
                        commit.getBlocksList().stream()
                                .map(WorldMessages::block)
                                .toList()));
            }
            case TRUNCATE_WORLD -> {
                WorldTruncation truncation = request.getTruncateWorld();
                yield response(store.truncate(
                        writer(truncation.getGroup(), truncation.getParticipantId(), truncation.getTerm()),
                        truncation.getUpToSeqno()));
            }
            case REMOVE_WORLD_BLOCKS -> {
                WorldBlockRemoval removal = request.getRemoveWorldBlocks();
                yield response(store.removeBlocks(
                        writer(removal.getGroup(), removal.getParticipantId(), removal.getTerm()),
                        removal.getBaseSeqno(),
                        removal.getRefsList().stream().map(WorldMessages::ref).toList()));
            }
            case CHECKPOINT_WORLD -> {
                WorldCheckpoint wanted = request.getCheckpointWorld();
                long seqno = store.checkpoint(wanted.getGroup(), wanted.getMaxChanges());
                yield StoreResponse.newBuilder()
                        .setAccepted(true)
                        .setWorldHead(WorldHeadRecord.newBuilder().setCheckpointSeqno(seqno))
                        .build();
            }
            case READ_WORLD_LOG -> {
                WorldLogRequest wanted = request.getReadWorldLog();
                WorldLog log = store.log(wanted.getGroup(), wanted.getAfterSeqno(), wanted.getMaxBytes());
                yield response(log.head())
                        .addAllWorldEntries(WorldMessages.messages(log.entries()))
                        .build();
            }
            case READ_WORLD_PAGE -> {
                WorldPageRequest wanted = request.getReadWorldPage();
                WorldPage page = wanted.hasQuad()
                        ? store.quads(wanted.getGroup(), WorldMessages.quad(wanted.getQuad()), wanted.getMaxRows())
                        : store.objects(wanted.getGroup(), wanted.getObjectKey(), wanted.getMaxRows());
                var response = response(page.head());
                page.objects().forEach(object -> response.addWorldObjects(message(object)));
                page.quads().forEach(quad -> response.addWorldQuads(message(quad)));
                yield response.build();
            }
            case READ_WORLD_BLOCKS -> blocks(store, request.getReadWorldBlocks());
            default -> throw new IllegalArgumentException(request.getOperationCase() + " is not about a world");
        };
    }

    private static StoreResponse blocks(WorldStore store, WorldBlockRequest wanted) {
        var response = StoreResponse.newBuilder().setAccepted(true);
        if (wanted.hasRef()) {
            BlockRef ref = WorldMessages.ref(wanted.getRef());
            store.block(wanted.getGroup(), ref)
                    .ifPresent(content -> response.addWorldBlocks(message(new StoredBlock(ref, content))));
        } else {
            store.blocks(wanted.getGroup(), WorldMessages.ref(wanted.getAfter()), wanted.getMaxRows())
                    .forEach(ref -> response.addWorldBlocks(
                            WorldStoredBlock.newBuilder().setRef(message(ref))));
        }
        return response.build();
    }

    private static StoreResponse response(WorldAnswer answer) {
        return response(answer.head()).setAccepted(answer.accepted()).build();
    }

    private static StoreResponse.Builder response(WorldHead head) {
        return StoreResponse.newBuilder().setAccepted(true).setWorldHead(message(head));
    }

    @Override
    public WorldHead head(String group) {
        return WorldMessages.head(call(StoreRequest.newBuilder()
                        .setGetWorldHead(GroupKey.newBuilder().setGroup(group)))
                .getWorldHead());
    }

    @Override
    public WorldAnswer begin(WorldWriter writer) {
        return answer(StoreRequest.newBuilder()
                .setBeginWorld(WorldBegin.newBuilder()
                        .setGroup(writer.group())
                        .setParticipantId(writer.participant().value())
                        .setTerm(writer.term().value())));
    }

    @Override
    public WorldAnswer commit(WorldWriter writer, long baseSeqno, List<StoredEntry> entries, List<StoredBlock> blocks) {
        var commit = WorldCommit.newBuilder()
                .setGroup(writer.group())
                .setParticipantId(writer.participant().value())
                .setTerm(writer.term().value())
                .setBaseSeqno(baseSeqno)
                .addAllEntries(WorldMessages.messages(entries));
        blocks.forEach(block -> commit.addBlocks(message(block)));
        return answer(StoreRequest.newBuilder().setCommitWorld(commit));
    }

    @Override
    public WorldLog log(String group, long afterSeqno, int maxBytes) {
        StoreResponse response = call(StoreRequest.newBuilder()
                .setReadWorldLog(WorldLogRequest.newBuilder()
                        .setGroup(group)
                        .setAfterSeqno(afterSeqno)
                        .setMaxBytes(maxBytes)));
        return new WorldLog(
                WorldMessages.head(response.getWorldHead()), WorldMessages.entries(response.getWorldEntriesList()));
    }

    @Override
    public WorldPage objects(String group, String afterKey, int maxRows) {
        return page(WorldPageRequest.newBuilder()
                .setGroup(group)
                .setObjectKey(afterKey)
                .setMaxRows(maxRows));
    }

    @Override
    public WorldPage quads(String group, StoredQuad after, int maxRows) {
        return page(WorldPageRequest.newBuilder()
                .setGroup(group)
                .setQuad(message(after))
                .setMaxRows(maxRows));
    }

    private WorldPage page(WorldPageRequest.Builder wanted) {
        StoreResponse response = call(StoreRequest.newBuilder().setReadWorldPage(wanted));
        return new WorldPage(
                WorldMessages.head(response.getWorldHead()),
                response.getWorldObjectsList().stream()
                        .map(WorldMessages::object)
                        .toList(),
                response.getWorldQuadsList().stream().map(WorldMessages::quad).toList());
    }

    @Override
    public Optional<byte[]> block(String group, BlockRef ref) {
        return call(StoreRequest.newBuilder()
                        .setReadWorldBlocks(
                                WorldBlockRequest.newBuilder().setGroup(group).setRef(message(ref))))
                .getWorldBlocksList()
                .stream()
                .map(block -> block.getContent().toByteArray())
                .findFirst();
    }

    @Override
    public List<BlockRef> blocks(String group, BlockRef after, int maxRows) {
        return call(StoreRequest.newBuilder()
                        .setReadWorldBlocks(WorldBlockRequest.newBuilder()
                                .setGroup(group)
                                .setAfter(message(after))
                                .setMaxRows(maxRows)))
                .getWorldBlocksList()
                .stream()
                .map(block -> WorldMessages.ref(block.getRef()))
                .toList();
    }

    @Override
    public long checkpoint(String group, int maxChanges) {
        return call(StoreRequest.newBuilder()
                        .setCheckpointWorld(
                                WorldCheckpoint.newBuilder().setGroup(group).setMaxChanges(maxChanges)))
                .getWorldHead()
                .getCheckpointSeqno();
    }

    @Override
    public WorldAnswer truncate(WorldWriter writer, long upToSeqno) {
        return answer(StoreRequest.newBuilder()
                .setTruncateWorld(WorldTruncation.newBuilder()
                        .setGroup(writer.group())
                        .setParticipantId(writer.participant().value())
                        .setTerm(writer.term().value())
                        .setUpToSeqno(upToSeqno)));
    }

    @Override
    public WorldAnswer removeBlocks(WorldWriter writer, long baseSeqno, List<BlockRef> refs) {
        return answer(StoreRequest.newBuilder()
                .setRemoveWorldBlocks(WorldBlockRemoval.newBuilder()
                        .setGroup(writer.group())
                        .setParticipantId(writer.participant().value())
                        .setTerm(writer.term().value())
                        .setBaseSeqno(baseSeqno)
                        .addAllRefs(refs.stream().map(WorldMessages::message).toList())));
    }

    private WorldAnswer answer(StoreRequest.Builder operation) {
        StoreResponse response = call(operation);
        return new WorldAnswer(response.getAccepted(), WorldMessages.head(response.getWorldHead()));
    }

    private StoreResponse call(StoreRequest.Builder operation) {
        return send.apply(operation.build());
    }
}
