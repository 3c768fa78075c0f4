package dev.coord.spring.lifetime;

import dev.coord.spring.BecameLeaderEvent;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** An application that devtools restart when it is told so. Says each time that it leads. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class RestartMain {
    public static void main(String[] arguments) {
        if (Thread.currentThread().getName().equals("main")) {
            // The first time; devtools go on with a thread, and a class loader, of their own.
            obey();
        }
        SpringApplication.run(RestartMain.class, arguments);
    }

    @EventListener
    void on(BecameLeaderEvent event) {
        System.out.println("LEADS " + event.getLeadership().term() + " "
                + event.getCoordinator().id() + " "
                + System.identityHashCode(RestartMain.class));
    }

    private static void obey() {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var thread = new Thread(
                () -> commands.lines()
                        .forEach(command -> Restarter.getInstance().restart()),
                "commands");
        thread.setDaemon(true);
        thread.start();
    }
}
