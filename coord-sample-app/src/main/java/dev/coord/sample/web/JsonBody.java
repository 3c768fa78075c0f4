package dev.coord.sample.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Reads JSON bodies strictly: what is not understood is refused, and not left out. */
@Component
public class JsonBody {
    private static final int MAX_BYTES = 64 * 1024;

    private final JsonMapper strict;

    JsonBody(JsonMapper json) {
        strict = json.rebuild()
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .withCoercionConfig(LogicalType.Textual, coercion -> {
                    for (var shape :
                            List.of(CoercionInputShape.Boolean, CoercionInputShape.Integer, CoercionInputShape.Float)) {
                        coercion.setCoercion(shape, CoercionAction.Fail);
                    }
                })
                .build();
    }

    /**
     * The body of {@code request}.
     *
     * @throws ProblemException if it is too large, or not the JSON of a {@code type}
     */
    public <T> T read(HttpServletRequest request, Class<T> type) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            // What is left of it is not worth reading.
            throw new ProblemException(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "too-large",
                            "The body has more than " + MAX_BYTES + " bytes. Send less.")
                    .with(HttpHeaders.CONNECTION, "close");
        }
        try {
            T read = strict.readValue(body, type);
            if (read == null) {
                throw ProblemException.invalid("body", "The body is null. Send a JSON object.");
            }
            return read;
        } catch (UnrecognizedPropertyException e) {
            throw ProblemException.invalid(
                    e.getPropertyName(),
                    "Nobody knows the field '" + e.getPropertyName() + "'. Use " + e.getKnownPropertyIds() + ".");
        } catch (StreamReadException e) {
            throw ProblemException.invalid("body", "The body is not JSON: " + e.getOriginalMessage());
        } catch (DatabindException e) {
            String where = e.getPathReference();
            throw ProblemException.invalid(
                    field(e), "The body does not fit at '" + where + "': " + e.getOriginalMessage());
        } catch (JacksonException e) {
            throw ProblemException.invalid("body", "The body cannot be read: " + e.getOriginalMessage());
        }
    }

    private static String field(DatabindException e) {
        return e.getPath().isEmpty() || e.getPath().get(0).getPropertyName() == null
                ? "body"
                : e.getPath().get(0).getPropertyName();
    }
}
