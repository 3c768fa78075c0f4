package dev.coord.docs.snippets;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.RoleChangeHandler;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

@Component
@Qualifier("reports")
class ReportsRole implements RoleChangeHandler {
    @Override
    public void onBecomeLeader(Leadership leadership) throws InterruptedException {
        leadership.awaitLost(); // the work, which is interrupted when the leadership ends
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) {}
}
