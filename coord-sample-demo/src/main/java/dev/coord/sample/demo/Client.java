package dev.coord.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks any of several instances, the next one when one does not answer well. For several threads. */
final class Client {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final long PAUSE_MILLIS = 10;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_LIMIT)
            .build();
    private final List<Integer> ports;

    Client(List<Integer> ports) {
        this.ports = ports;
    }

    List<Integer> ports() {
        return ports;
    }

    /**
     * Writes, again and again under the same key, beginning with the instance of number {@code first}.
     *
     * @return the answer that acknowledges it
     * @throws IOException if it was refused, or nobody acknowledged it for so long that nobody ever will
     */
    String write(long first, String method, String path, String key, @Nullable String json)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        String last = "";
        for (long attempt = first; System.nanoTime() - begin < RoleWatch.HANG.toNanos(); attempt++) {
            int port = ports.get((int) (attempt % ports.size()));
            var request = request(port, path)
                    .timeout(ANSWER_LIMIT)
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .method(
                            method,
                            json == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(json));
            try {
                HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() < 300 || (method.equals("DELETE") && answer.statusCode() == 404)) {
                    return answer.body();
                }
                last = answer.statusCode() + " " + answer.body();
                if (answer.statusCode() < 500) {
                    break;
                }
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new IOException(method + " " + path + " was not acknowledged: " + last);
    }

    /** What the instance at {@code port} answers, if it answers well. */
    String read(int port, String path) throws IOException, InterruptedException {
        var request = request(port, path).timeout(RoleWatch.HANG);
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }
}
