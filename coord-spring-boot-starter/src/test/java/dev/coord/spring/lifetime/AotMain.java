package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.greeting.Greetings.greeting;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.CurrentLeadership;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.OnLeader;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.spring.greeting.GreeterGrpc;
import dev.coord.spring.greeting.Greetings.BindableGreeter;
import dev.coord.world.WorldState;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** Uses what the starter offers, once, and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({BindableGreeter.class, AotMain.Groups.class, AotMain.Handler.class, AotMain.Polite.class, AotMain.Roles.class})
public class AotMain {
    record Order(String what, int count) {}

    record Receipt(String text) {}

    public static void main(String[] arguments) throws Exception {
        try (ConfigurableApplicationContext context = SpringApplication.run(AotMain.class, arguments)) {
            System.out.println("AOT " + AotDetector.useGeneratedArtifacts());
            Coordinator coordinator = context.getBean(Coordinator.class);
            System.out.println("ROLE " + coordinator.awaitRole(LIMIT));
            WorldTemplate template = context.getBean(WorldTemplate.class);
            Receipt receipt = template.result(template.submit("order", new Order("tea", 2)), Receipt.class);
            System.out.println("OPERATION " + receipt);
            System.out.println("SERVICE "
                    + GreeterGrpc.newBlockingStub(coordinator.mesh().channel("coord:///leader"))
                            .withWaitForReady()
                            .greet(greeting("hello"))
                            .getText());
            System.out.println(
                    "GROUP " + context.getBean(Groups.class).reports().awaitRole(LIMIT));
            Roles roles = context.getBean(Roles.class);
            System.out.println("METHOD " + roles.awaitLed());
            roles.guarded();
            System.out.println("LIFECYCLE " + context.getBean(Consumer.class).awaitStarted());
        }
    }

    @EventListener
    void on(BecameLeaderEvent event) {
        System.out.println("EVENT " + event.getCoordinator().group());
    }

    @Bean
    @OnLeader
    Consumer consumer() {
        return new Consumer();
    }

    static class Consumer implements Lifecycle {
        private final CountDownLatch started = new CountDownLatch(1);

        boolean awaitStarted() throws InterruptedException {
            return started.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void start() {
            started.countDown();
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return started.getCount() == 0;
        }
    }

    static class Roles {
        private final CountDownLatch led = new CountDownLatch(1);

        boolean awaitLed() throws InterruptedException {
            return led.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @OnLeader
        void lead() {
            led.countDown();
        }

        @LeaderOnly
        void guarded() {
            System.out.println("GUARDED " + CurrentLeadership.get().term());
        }
    }

    record Groups(@Qualifier("reports") Coordinator reports) {}

    static class Handler implements RoleChangeHandler {
        @Override
        public void onBecomeLeader(Leadership leadership) {
            System.out.println("HANDLER " + leadership.term());
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    static class Polite {
        @WorldOp("order")
        Receipt order(WorldState world, Order order) {
            return new Receipt(order.count() + " " + order.what() + ", thank you");
        }
    }
}
