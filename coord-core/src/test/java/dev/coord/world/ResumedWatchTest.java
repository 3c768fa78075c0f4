package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Registration;
import dev.coord.world.WorldGroup.Member;
import dev.coord.world.WorldListener.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener that goes on where another one was, in another process and under another leader. */
class ResumedWatchTest {
    @Test
    void whatOneHasHeardTheNextOneGoesOnAfter(@TempDir Path directory) {
        try (var group = new WorldGroup(directory)) {
            Member first = group.join();
            Member second = group.join();
            ForwardingWorldState state = second.world().state();
            List<Event> heard = new CopyOnWriteArrayList<>();
            Registration one = first.world().watch(WorldWatch.of("a/"), heard::add);
            for (int i = 0; i < 5; i++) {
                var unused = state.createObject("a/" + i, ObjectRef.EMPTY);
            }
            await().until(() -> heard.size() >= 3);
            one.close();
            long known = heard.get(2).seqno();

            group.changeLeader();
            for (int i = 5; i < 10; i++) {
                var unused = state.createObject("a/" + i, ObjectRef.EMPTY);
            }
            List<Event> resumed = new CopyOnWriteArrayList<>();
            Registration unused = second.world().watch(WorldWatch.of("a/").after(known), resumed::add);
            var last = state.createObject("a/10", ObjectRef.EMPTY);

            await().until(() -> resumed.size() == 8);
            assertThat(resumed)
                    .extracting(
                            event -> ((WorldChange.ObjectSet) event.changes().get(0)).key())
                    .containsExactly("a/3", "a/4", "a/5", "a/6", "a/7", "a/8", "a/9", "a/10");
            assertThat(resumed.get(7).seqno()).isEqualTo(last.modSeqno());
            assertThat(resumed).noneMatch(Event::fresh);
            unused.close();
        }
    }
}
