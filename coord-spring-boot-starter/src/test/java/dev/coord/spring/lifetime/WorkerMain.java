package dev.coord.spring.lifetime;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/** An application that nothing keeps running. */
final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] arguments) {
        var application = new SpringApplication(Application.class);
        application.run(arguments);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
