package dev.coord.docs.snippets;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.docs.archive.ArchiveGrpc;
import dev.coord.world.OperationLookup;
import dev.coord.world.WorldRoleHandler;
import java.nio.file.Path;

final class PlainJava {
    private PlainJava() {}

    static void lead() {
        try (var coordinator = Coordinator.builder()
                .directory(Path.of("/srv/reports/coord"))
                .handler(new RoleChangeHandler() {
                    @Override
                    public void onBecomeLeader(Leadership leadership) throws InterruptedException {
                        leadership.awaitLost(); // the work, which is interrupted when the leadership ends
                    }

                    @Override
                    public void onBecomeFollower(LeaderInfo leader) {}
                })
                .build()) {
            coordinator.run(); // until the process is told to end
        }
    }

    static void call(Coordinator coordinator) {
        coordinator.mesh().services().add(ArchiveGrpc.bindService(new Archive()));
        var leader = ArchiveGrpc.newBlockingStub(coordinator.mesh().channel("coord:///leader"))
                .withWaitForReady();
        assert leader != null;
    }

    static Coordinator share(Path directory, RoleChangeHandler mine) {
        var world = WorldRoleHandler.builder()
                .operations(OperationLookup.builder()
                        .world(SetFlagOperation.TYPE, SetFlagOperation::parse)
                        .build())
                .build();
        var coordinator = Coordinator.builder()
                .directory(directory)
                .handler(world.andThen(mine))
                .build();
        return coordinator;
    }
}
