package dev.coord.docs.snippets;

import dev.coord.docs.archive.ArchiveGrpc;
import dev.coord.docs.archive.LatestRequest;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.ImportGrpcClients;
import org.springframework.stereotype.Component;

@Component
class ArchiveClient {
    private final ArchiveGrpc.ArchiveBlockingStub leader;

    ArchiveClient(ArchiveGrpc.ArchiveBlockingStub leader) {
        this.leader = leader;
    }

    String latest() {
        return leader.withWaitForReady()
                .withDeadlineAfter(2, TimeUnit.SECONDS)
                .latest(LatestRequest.getDefaultInstance())
                .getText();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportGrpcClients(target = "coord:///leader", types = ArchiveGrpc.ArchiveBlockingStub.class)
    static class Clients {}
}
