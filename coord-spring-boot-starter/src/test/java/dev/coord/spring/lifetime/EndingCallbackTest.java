package dev.coord.spring.lifetime;

import dev.coord.spring.lifetime.EndingCallbackMain.End;
import dev.coord.spring.lifetime.EndingCallbackMain.Place;
import dev.coord.spring.lifetime.EndingCallbacks.Case;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each callback exits, and closes the context in one of the two ways to do so; the other one has {@link EndingCallbackCampaign}. */
class EndingCallbackTest {
    @TempDir
    private Path temp;

    @Test
    void endingTheApplicationInACallbackHandsOver() throws Exception {
        List<Case> cases = Stream.of(Place.values())
                .flatMap(place -> Stream.of(new Case(place, End.EXIT), new Case(place, closing(place))))
                .toList();
        new EndingCallbacks(temp, cases).check();
    }

    private static End closing(Place place) {
        return switch (place) {
            case LEADER, SCHEDULED, FOLLOWER_LIFECYCLE -> End.CLOSE;
            case FOLLOWER, EVENT, LEADER_LIFECYCLE -> End.SPRING_EXIT;
        };
    }
}
