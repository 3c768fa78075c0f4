package dev.coord.work;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ListenersTest {
    private final List<String> told = new ArrayList<>();
    private final Listeners<Consumer<String>> listeners =
            new Listeners<>(LoggerFactory.getLogger(ListenersTest.class), "a test");

    private Consumer<String> listener(String name) {
        return event -> told.add(name + " " + event);
    }

    private void tell(String event) {
        listeners.tell(listener -> listener.accept(event));
    }

    @Test
    void tellsInTheOrderInWhichTheyCameButForThoseThatComeFirst() {
        var unused = listeners.add(listener("a"));
        unused = listeners.add(listener("b"));
        unused = listeners.addFirst(listener("c"));

        tell("x");

        assertThat(told).containsExactly("c x", "a x", "b x");
    }

    @Test
    void oneThatIsAddedTwiceIsTakenBackOnce() {
        Consumer<String> twice = listener("a");
        Registration first = listeners.add(twice);
        Registration second = listeners.add(twice);

        first.close();
        first.close();
        tell("x");

        assertThat(told).containsExactly("a x");
        second.close();
        assertThat(listeners.isEmpty()).isTrue();
    }

    @Test
    void oneThatThrowsCostsTheOthersNothing() {
        var unused = listeners.add(event -> {
            throw new IllegalStateException("always");
        });
        unused = listeners.add(event -> {
            throw new AssertionError("always");
        });
        unused = listeners.add(listener("b"));

        tell("x");
        tell("y");

        assertThat(told).containsExactly("b x", "b y");
    }

    @Test
    void theSameFailureInARowIsLoggedOnce() {
        var log = (Logger) LoggerFactory.getLogger(ListenersTest.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        var unused = listeners.add(event -> {
            throw event.equals("x") ? new IllegalStateException(event) : new IllegalArgumentException(event);
        });

        try {
            List.of("x", "x", "y", "y", "x").forEach(this::tell);
        } finally {
            log.detachAppender(lines);
        }

        assertThat(lines.list.stream()
                        .filter(line -> line.getLevel() == Level.WARN)
                        .map(line -> line.getThrowableProxy().getMessage()))
                .containsExactly("x", "y", "x");
    }

    @Test
    void oneThatComesLateIsToldOfWhatWasBefore() {
        var unused = listeners.add(listener("a"));
        unused = listeners.addAndTell(listener("b"), listener -> listener.accept("before"));

        tell("x");

        assertThat(told).containsExactly("b before", "a x", "b x");
    }

    @Test
    void whatHappensOnceIsToldOnce() {
        var unused = listeners.add(listener("a"));
        // Tells the same again from within.
        unused = listeners.add(event -> listeners.tellOnce(listener -> listener.accept("again")));
        unused = listeners.add(listener("b"));

        listeners.tellOnce(listener -> listener.accept("x"));
        listeners.tellOnce(listener -> listener.accept("y"));

        assertThat(told).containsExactly("a x", "b again");
        assertThat(listeners.isEmpty()).isTrue();
    }
}
