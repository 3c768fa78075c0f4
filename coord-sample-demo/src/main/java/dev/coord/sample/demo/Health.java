package dev.coord.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the health of an instance says. */
final class Health {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern ROLE = Pattern.compile("\"role\"\\s*:\\s*\"([A-Z]+)\"");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port + "/actuator/health");
    }

    /** The whole answer, or why there is none. */
    String body(int port) throws InterruptedException {
        var request = HttpRequest.newBuilder(address(port)).timeout(TIMEOUT).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "no answer: " + e;
        }
    }

    /** The role, {@code NONE} if there is no answer that has one. */
    String role(int port) throws InterruptedException {
        Matcher found = ROLE.matcher(body(port));
        return found.find() ? found.group(1) : "NONE";
    }
}
