package dev.coord.docs.snippets;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.spring.OnFailure;
import dev.coord.spring.OnFollower;
import dev.coord.spring.OnLeader;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class Orders {
    @OnLeader(onFailure = OnFailure.CONTINUE)
    @Order(1)
    void warmUp() {
        loadPrices();
    }

    @OnLeader
    @Order(2)
    void sell(Leadership leadership) throws InterruptedException {
        while (leadership.isHeld()) {
            sellNext();
        }
    }

    @OnFollower
    void forward(LeaderInfo leader) {
        forwardTo(leader.pid());
    }

    @Bean
    @OnLeader
    Lifecycle orderConsumer() {
        return new OrderConsumer();
    }

    private void loadPrices() {}

    private void sellNext() throws InterruptedException {
        Thread.sleep(1);
    }

    private void forwardTo(long pid) {
        assert pid > 0;
    }

    private static final class OrderConsumer implements Lifecycle {
        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
