package dev.coord.world;

import dev.coord.ParticipantId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An engine around another one, which notes the ids of what is submitted. */
record CountingEngine(WorldEngine engine, List<String> ids) implements WorldEngine {
    @Override
    public WorldTransaction newTransaction(boolean write) {
        return engine.newTransaction(write);
    }

    @Override
    public long seqno() {
        return engine.seqno();
    }

    @Override
    public boolean awaitSeqno(long seqno, Duration timeout) throws InterruptedException {
        return engine.awaitSeqno(seqno, timeout);
    }

    @Override
    public StorageCursor buildStorageCursor() {
        return engine.buildStorageCursor();
    }

    @Override
    public CompletableFuture<WorldResult> submit(WorldWrite write, String operationId, ParticipantId sender) {
        ids.add(operationId);
        return engine.submit(write, operationId, sender);
    }

    @Override
    public void close() {
        engine.close();
    }
}
