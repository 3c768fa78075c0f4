package dev.coord.sample.cluster;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Where this instance's page is: {@code sample.url}, or what its web server listens on. */
@Component
class OwnAddress {
    private final Environment environment;
    private volatile String url = "";

    OwnAddress(Environment environment) {
        this.environment = environment;
    }

    @EventListener
    void on(WebServerInitializedEvent event) {
        // The server of the actuator, if it has one of its own, is another one.
        if (event.getApplicationContext().getServerNamespace() == null) {
            String host = environment.getProperty("server.address", "127.0.0.1");
            int port = event.getWebServer().getPort();
            url = environment.getProperty("sample.url", "http://" + host + ":" + port);
        }
    }

    /** Empty before the web server listens. */
    String url() {
        return url;
    }
}
