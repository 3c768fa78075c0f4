package dev.coord.spring.reports;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.RoleChangeHandler;
import org.springframework.stereotype.Component;

@Component
class Reports implements RoleChangeHandler {
    private volatile boolean open;

    boolean areOpen() {
        return open;
    }

    @Override
    public void onBecomeLeader(Leadership leadership) throws InterruptedException {
        open = true;
        try {
            leadership.awaitLost();
        } finally {
            open = false;
        }
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) {}
}
