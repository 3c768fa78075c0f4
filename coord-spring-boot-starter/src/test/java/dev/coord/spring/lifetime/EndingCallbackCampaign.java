package dev.coord.spring.lifetime;

import dev.coord.spring.lifetime.EndingCallbackMain.End;
import dev.coord.spring.lifetime.EndingCallbackMain.Place;
import dev.coord.spring.lifetime.EndingCallbacks.Case;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each callback ends the application in each way, see {@link EndingCallbacks}. */
@Tag("campaign")
class EndingCallbackCampaign {
    @TempDir
    private Path temp;

    @Test
    void endingTheApplicationInACallbackHandsOver() throws Exception {
        new EndingCallbacks(
                        temp,
                        Stream.of(Place.values())
                                .flatMap(place -> Stream.of(End.values()).map(end -> new Case(place, end)))
                                .toList())
                .check();
    }
}
