package dev.coord.docs.snippets;

import dev.coord.docs.archive.ArchiveGrpc;
import dev.coord.docs.archive.LatestRequest;
import dev.coord.docs.archive.Report;
import dev.coord.spring.MeshService;
import io.grpc.stub.StreamObserver;

@MeshService
class Archive implements ArchiveGrpc.AsyncService {
    @Override
    public void latest(LatestRequest request, StreamObserver<Report> answer) {
        answer.onNext(Report.newBuilder().setText("the latest").build());
        answer.onCompleted();
    }
}
