package dev.coord.spring.lifetime;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.CurrentLeadership;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.OnFollower;
import dev.coord.spring.OnLeader;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.ObjectRef;
import dev.coord.world.WorldState;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * A user's application in a process of its own, which notes what it does and when in a file: lines "what phase nanos term". It
 * steps down when it is told so on its standard input, and ends when that does.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableScheduling
@Import({LeaderJobMain.Journal.class, LeaderJobMain.Work.class})
public class LeaderJobMain {
    static final String STEP_DOWN = "step down";

    public static void main(String[] args) throws IOException {
        var context = SpringApplication.run(LeaderJobMain.class, args);
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals(STEP_DOWN)) {
                context.getBean(Coordinator.class).stepDown(Duration.ofSeconds(2));
            }
        }
        System.exit(0);
    }

    /** What is written is in the kernel's hands, whatever becomes of the process. */
    static class Journal {
        private final OutputStream file;

        Journal(@Value("${journal}") Path directory) throws IOException {
            file = new FileOutputStream(directory
                    .resolve(Long.toString(ProcessHandle.current().pid()))
                    .toFile());
        }

        synchronized void note(String what, long term) {
            try {
                file.write((what + " " + System.nanoTime() + " " + term + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The user's class. */
    static class Work {
        private final Journal journal;

        private final WorldTemplate template;

        Work(Journal journal, WorldTemplate template) {
            this.journal = journal;
            this.template = template;
        }

        @WorldOp("count")
        void count(WorldState world) {
            world.object("jobs")
                    .ifPresentOrElse(jobs -> jobs.incrementRev(), () -> world.createObject("jobs", ObjectRef.EMPTY));
        }

        @EventListener
        void on(BecameLeaderEvent event) {
            journal.note("event leads", event.getLeadership().term().value());
        }

        @OnFollower
        void follow(LeaderInfo leader) {
            journal.note("role follows", leader.term().value());
        }

        @OnLeader
        void lead(Leadership leadership) throws InterruptedException {
            work("lead", leadership.term().value(), Integer.MAX_VALUE);
        }

        @Scheduled(fixedDelay = 20)
        @LeaderOnly
        void job() throws InterruptedException {
            work("job", CurrentLeadership.get().term().value(), 5);
            template.submit("count", null);
        }

        /** Shows as long as it goes on that it does, and takes its time to end when it is interrupted. */
        private void work(String what, long term, int ticks) throws InterruptedException {
            journal.note(what + " begins", term);
            try {
                for (int i = 0; i < ticks; i++) {
                    Thread.sleep(3);
                    journal.note(what + " goes-on", term);
                }
            } catch (InterruptedException e) {
                for (int i = 0; i < 10; i++) {
                    Thread.sleep(3);
                    journal.note(what + " goes-on", term);
                }
                throw e;
            } finally {
                journal.note(what + " ends", term);
            }
        }
    }
}
