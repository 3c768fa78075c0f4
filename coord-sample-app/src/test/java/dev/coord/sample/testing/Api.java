package dev.coord.sample.testing;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The REST interface of one instance, as a client sees it.
 *
 * @param patient whether what is not answered in time is sent again, with its key, as clients should
 */
public record Api(int port, boolean patient) {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long PAUSE_MILLIS = 20;
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    public Api(int port) {
        this(port, false);
    }

    /** An answer. */
    public record Answer(int status, HttpResponse<String> response) {
        /** What is at {@code path} of the JSON. */
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> T at(String path) {
            return JsonPath.read(response.body(), path);
        }

        /** A number there, whatever its size. */
        public long number(String path) {
            return this.<Number>at(path).longValue();
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        public String body() {
            return response.body();
        }
    }

    public Answer get(String path) {
        return send("GET", path, null);
    }

    public Answer put(String path, String json, String... headers) {
        return send("PUT", path, json, headers);
    }

    public Answer post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, null, headers);
    }

    /**
     * Sends a request.
     *
     * @param headers names and values; a {@code Content-Type} replaces that of JSON
     */
    public Answer send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(LIMIT);
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        if (patient) {
            request.setHeader("Idempotency-Key", UUID.randomUUID().toString());
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        try {
            long begin = System.nanoTime();
            while (true) {
                var response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
                boolean unanswered = response.statusCode() == 503 || response.statusCode() == 504;
                if (!patient || !unanswered || System.nanoTime() - begin > LIMIT.toNanos()) {
                    return new Answer(response.statusCode(), response);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
