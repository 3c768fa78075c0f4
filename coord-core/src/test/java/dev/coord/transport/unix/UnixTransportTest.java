package dev.coord.transport.unix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnixTransportTest {
    private static final int SECONDS = 30;

    @Test
    void saysWhenItWentRound() throws Exception {
        try (var transport = new UnixTransport()) {
            var wentRound = new CountDownLatch(1);

            transport.whenWentRound(wentRound::countDown);

            assertThat(wentRound.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void hasNotGoneRoundWhileOneOfItsThreadsDoesNotRun() throws Exception {
        try (var transport = new UnixTransport()) {
            var stuck = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            var wentRound = new CountDownLatch(1);
            // On the thread that comes round last.
            transport.whenWentRound(() -> {
                stuck.countDown();
                try {
                    goOn.await(SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(stuck.await(SECONDS, TimeUnit.SECONDS)).isTrue();

            transport.whenWentRound(wentRound::countDown);
            assertThat(wentRound.getCount()).isOne();
            goOn.countDown();

            assertThat(wentRound.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void neverGoesRoundOnceItIsClosed() {
        var transport = new UnixTransport();
        transport.close();

        transport.whenWentRound(() -> {
            throw new IllegalStateException("it is closed");
        });
    }
}
