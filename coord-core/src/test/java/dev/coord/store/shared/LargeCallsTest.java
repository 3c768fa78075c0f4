package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.proto.StoreResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many answers there are at a time, on calls that the test ends. */
class LargeCallsTest {
    private final LargeCalls calls = new LargeCalls();
    private final List<Integer> begun = new ArrayList<>();
    private final List<CompletableFuture<?>> answers = new ArrayList<>();
    private final List<Call> open = new ArrayList<>();

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            var call = new Call();
            int number = open.size();
            open.add(call);
            calls.begin(call, () -> {
                begun.add(number);
                var answer = new CompletableFuture<StoreResponse>();
                answers.add(answer);
                return answer;
            });
        }
    }

    @Test
    void theNextOneBeginsWhenAnAnswerWasSent() {
        begin(LargeCalls.MOST + 3);
        assertThat(begun).hasSize(LargeCalls.MOST);

        open.get(3).closed.run();
        assertThat(begun).hasSize(LargeCalls.MOST + 1).endsWith(LargeCalls.MOST);
        open.get(3).closed.run();
        assertThat(begun).as("once for each").hasSize(LargeCalls.MOST + 1);

        open.get(0).closed.run();
        open.get(1).closed.run();
        open.get(2).closed.run();
        assertThat(begun).hasSize(LargeCalls.MOST + 3);
    }

    @Test
    void whatIsCancelledDoesNotBegin() {
        begin(LargeCalls.MOST + 2);

        open.get(LargeCalls.MOST).cancelled.run();
        open.get(0).cancelled.run();

        assertThat(answers.get(0)).isCancelled();
        assertThat(begun).hasSize(LargeCalls.MOST + 1).doesNotContain(LargeCalls.MOST);
    }

    /** A call as far as it matters here. */
    private static final class Call extends ServerCallStreamObserver<StoreResponse> {
        private Runnable cancelled = () -> {};
        private Runnable closed = () -> {};

        @Override
        public void setOnCancelHandler(Runnable handler) {
            cancelled = handler;
        }

        @Override
        public void setOnCloseHandler(Runnable handler) {
            closed = handler;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void onNext(StoreResponse value) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
