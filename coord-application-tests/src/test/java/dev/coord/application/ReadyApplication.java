package dev.coord.application;

import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Configuration;

/** Says how long it took to be ready, and ends. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ReadyApplication {
    public static void main(String[] args) {
        var application = new SpringApplication(ReadyApplication.class);
        application.addListeners((ApplicationListener<ApplicationReadyEvent>) event -> {
            Duration taken = event.getTimeTaken();
            ApplicationUnderTest.say("ready " + (taken == null ? -1 : taken.toMillis()));
        });
        application.run(args).close();
    }
}
