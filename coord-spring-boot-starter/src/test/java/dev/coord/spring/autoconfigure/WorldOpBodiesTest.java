package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.coord.spring.Patience;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.InvalidOperationException;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.ParameterizedTypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Which types an operation may take and return. */
class WorldOpBodiesTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    record Point(int x, int y) {}

    abstract static class Base<T, R> {
        @WorldOp("generic")
        List<R> apply(WorldState world, List<T> bodies) {
            var all = new ArrayList<R>();
            bodies.forEach(body -> all.add(one(body)));
            return all;
        }

        abstract R one(T body);
    }

    static class Points extends Base<Point, Integer> {
        @Override
        Integer one(Point point) {
            return point.x() + point.y();
        }
    }

    static class Anything<T> extends Base<T, Integer> {
        @Override
        Integer one(T body) {
            return 0;
        }
    }

    @Test
    void aTypeParameterOfABaseClassIsWhatTheBeansClassSays() {
        runner.withBean(Points.class).run(context -> {
            WorldTemplate template = context.getBean(WorldTemplate.class);
            WorldResult result = template.submit("generic", List.of(new Point(1, 2), new Point(3, 4)));

            assertThat(template.result(result, new ParameterizedTypeReference<List<Integer>>() {}))
                    .containsExactly(3, 7);
        });
    }

    @Test
    void aTypeParameterThatNobodySaysIsRefusedAtTheStart() {
        runner.withBean(Anything.class, () -> new Anything<Point>())
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(InvalidWorldMethodException.class)
                        .hasMessageContaining("nothing says what that is")
                        .hasMessageContaining("subclass"));
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    interface Shape {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    static class Shapes {
        @WorldOp("reverse")
        List<Shape> reverse(WorldState world, List<Shape> shapes) {
            var reversed = new ArrayList<>(shapes);
            java.util.Collections.reverse(reversed);
            return reversed;
        }

        @WorldOp("named")
        Map<String, Shape> named(WorldState world, Shape shape) {
            return Map.of("only", shape);
        }
    }

    @Test
    void elementsOfAListKeepTheirTypes() {
        runner.withBean(Shapes.class).run(context -> {
            WorldTemplate template = context.getBean(WorldTemplate.class);
            WorldResult reversed = template.submit("reverse", List.of(new Circle(1), new Square(2)));
            assertThat(template.result(reversed, new ParameterizedTypeReference<List<Shape>>() {}))
                    .containsExactly(new Square(2), new Circle(1));

            WorldResult named = template.submit("named", new Circle(3));
            assertThat(template.result(named, new ParameterizedTypeReference<Map<String, Shape>>() {}))
                    .isEqualTo(Map.of("only", new Circle(3)));
        });
    }

    static class WithPoint {
        @WorldOp("point")
        Point point(WorldState world, Point point) {
            return point;
        }
    }

    record NewPoint(int x, int y, int z) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Lenient(int x) {}

    static class WithLenient {
        @WorldOp("lenient")
        int x(WorldState world, Lenient point) {
            return point.x();
        }
    }

    @Test
    void aFieldThatTheLeaderDoesNotKnowIsRefusedUnlessTheTypeSaysOtherwise() {
        runner.withBean(WithPoint.class).withBean(WithLenient.class).run(context -> {
            WorldTemplate template = context.getBean(WorldTemplate.class);
            assertThatThrownBy(() -> template.submit("point", new NewPoint(1, 2, 3)))
                    .isInstanceOf(InvalidOperationException.class)
                    .hasMessageContaining("\"z\"");
            WorldResult lenient = template.submit("lenient", new NewPoint(1, 2, 3));
            assertThat(template.result(lenient, Integer.class)).isEqualTo(1);
            // What is committed is understood as far as possible.
            WorldResult point = template.submit("point", new Point(1, 2));
            assertThat(template.result(point, Lenient.class)).isEqualTo(new Lenient(1));
        });
    }

    static class Later {
        @WorldOp("later")
        CompletableFuture<String> later(WorldState world) {
            return CompletableFuture.completedFuture("done");
        }
    }

    static class Published {
        @WorldOp("later")
        Flow.Publisher<String> later(WorldState world) {
            return subscriber -> {};
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Later.class, Published.class})
    void aResultThatComesLaterIsRefusedAtTheStart(Class<?> bean) {
        runner.withBean(bean).run(context -> {
            assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidWorldMethodException.class)
                    .hasMessageContaining("has to be done when it returns");
            var analysis = new InvalidWorldMethodFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getAction()).contains("Return the value itself");
        });
    }

    static class Bytes {
        @WorldOp("bytes")
        byte[] same(WorldState world, byte[] body) {
            return body;
        }
    }

    private ApplicationContextRunner withTwoMappers() {
        return runner.withBean("one", JsonMapper.class, JsonMapper::new)
                .withBean("two", JsonMapper.class, JsonMapper::new);
    }

    @Test
    void twoMappersWithoutAPrimaryAreRefusedOnlyWhereOneIsNeeded() {
        withTwoMappers().withBean(Bytes.class).run(context -> {
            WorldTemplate template = context.getBean(WorldTemplate.class);
            assertThat(template.submit("bytes", new byte[] {7}).value()).containsExactly(7);
            assertThatThrownBy(() -> template.submit("bytes", "text"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("@Primary");
        });
        withTwoMappers().withBean(WithPoint.class).run(context -> {
            assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidWorldMethodException.class)
                    .hasMessageContaining("several JsonMapper beans");
            var analysis = new InvalidWorldMethodFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis.getAction()).contains("@Primary");
        });
        withTwoMappers()
                .withBean("main", JsonMapper.class, JsonMapper::new, definition -> definition.setPrimary(true))
                .withBean(WithPoint.class)
                .run(context -> assertThat(context).hasNotFailed());
    }
}
