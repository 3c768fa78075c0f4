package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoleStateTest {
    private final RoleState state = new RoleState();

    @Test
    void whoAsksInVainIsToldUnknown() throws Exception {
        assertThat(state.awaitKnown(Duration.ZERO)).isEqualTo(Role.UNKNOWN);
        assertThat(state.awaitKnown(Duration.ofMillis(5))).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void whoCameLastIsToldFirst() {
        List<String> told = new ArrayList<>();
        var first = state.onChange(() -> told.add("first"));
        var second = state.onChange(() -> told.add("second"));

        state.set(Role.FOLLOWER, Optional.empty());
        assertThat(told).containsExactly("second", "first");

        second.close();
        state.set(Role.UNKNOWN, Optional.empty());
        assertThat(told).containsExactly("second", "first", "first");
        first.close();
    }

    @Test
    void whoWaitsIsWokenByTheRole() throws Exception {
        var waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return state.awaitKnown(Patience.LIMIT);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        state.set(Role.FOLLOWER, Optional.empty());

        assertThat(waiter.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(Role.FOLLOWER);
    }
}
