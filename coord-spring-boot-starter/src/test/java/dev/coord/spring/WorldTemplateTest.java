package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.world.ConditionFailedException;
import dev.coord.world.OperationIdReusedException;
import dev.coord.world.OperationRejectedException;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Submissions by type, waiting and not. */
@DirtiesContext
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
class WorldTemplateTest {
    @TempDir
    static Path temp;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        for (String property : Patience.properties(temp.resolve("shared"))) {
            String[] parts = property.split("=", 2);
            registry.add(parts[0], () -> parts[1]);
        }
    }

    @Autowired
    private WorldTemplate template;

    @Test
    void aSubmissionNeedNotWait() throws Exception {
        WorldResult result =
                template.submitAsync("greet", new Greeting("Ada")).get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(template.result(result, Greeting.class)).isEqualTo(new Greeting("Hello Ada"));
    }

    @Test
    void bothFormsShareTheirIds() throws Exception {
        WorldResult first = template.submitAsync("once", "greet", new Greeting("Ada"))
                .get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        WorldResult again = template.submit("once", "greet", new Greeting("Ada"));

        assertThat(again.seqno()).isEqualTo(first.seqno());
        assertThat(template.result(again, Greeting.class)).isEqualTo(new Greeting("Hello Ada"));
        assertThatThrownBy(() -> template.submit("once", "greet", new Greeting("Grace")))
                .isInstanceOf(OperationIdReusedException.class);
    }

    @Test
    void aRefusalComesAsTheCause() {
        assertThatThrownBy(() -> template.submitAsync("refuse", null).get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OperationRejectedException.class);
    }

    @Test
    void aGenericResultKeepsItsTypes() {
        WorldResult result = template.submit("greet-all", List.of(new Greeting("Ada"), new Greeting("Grace")));

        assertThat(template.result(result, new ParameterizedTypeReference<List<Greeting>>() {}))
                .containsExactly(new Greeting("Hello Ada"), new Greeting("Hello Grace"));
        assertThat(template.result(
                        template.submit("nothing", null), new ParameterizedTypeReference<List<Greeting>>() {}))
                .isNull();
    }

    @Test
    void aBatchOfOperationsIsOne() throws Exception {
        var batch = new WorldBatch()
                .ifAbsent("batch")
                .put("batch", new byte[0])
                .add(template.write("greet", new Greeting("Ada")));
        WorldResult first = template.submitBatch(batch);
        assertThat(template.result(first.batch().get(1), Greeting.class)).isEqualTo(new Greeting("Hello Ada"));
        assertThatThrownBy(() -> template.submitBatchAsync(batch).get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(ConditionFailedException.class);
    }

    @Test
    void aSubmissionMayWaitForTheCommitOfATransaction() throws Exception {
        var transaction = new TransactionTemplate(new NoResource());
        var submitted = new ArrayList<CompletableFuture<WorldResult>>();
        transaction.executeWithoutResult(status -> {
            submitted.add(template.submitAfterCommit("after-commit", "greet", new Greeting("Ada")));
            assertThat(template.world().sync()).isNotNegative();
            assertThat(submitted.get(0)).isNotDone();
            assertThatThrownBy(() -> template.submitAfterCommit("greet", new Unwritable()))
                    .hasMessageContaining("on purpose");
        });
        WorldResult result = submitted.get(0).get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(template.result(result, Greeting.class)).isEqualTo(new Greeting("Hello Ada"));
    }

    @Test
    void afterARollbackNothingIsSubmitted() {
        var transaction = new TransactionTemplate(new NoResource());
        var submitted = new ArrayList<CompletableFuture<WorldResult>>();
        transaction.executeWithoutResult(status -> {
            submitted.add(template.submitBatchAfterCommit("id", new WorldBatch().put("rolled-back", new byte[0])));
            status.setRollbackOnly();
        });
        assertThat(submitted.get(0)).isCancelled();
        long unused = template.sync();
        boolean there =
                template.world().read(view -> view.object("rolled-back")).isPresent();
        assertThat(there).isFalse();
    }

    @Test
    void withoutATransactionItIsSubmittedAtOnce() throws Exception {
        WorldResult result = template.submitAfterCommit("greet", new Greeting("Ada"))
                .get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(result.seqno()).isPositive();
    }

    /** A transaction manager of nothing. */
    private static final class NoResource extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction() {
            return "transaction";
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    /** Fails to be written. */
    static final class Unwritable {
        private final boolean well = false;

        public String getText() {
            if (!well) {
                throw new IllegalStateException("on purpose");
            }
            return "";
        }
    }

    record Greeting(String text) {}

    static final class Operations {
        @WorldOp("greet")
        Greeting greet(WorldState world, Greeting greeting) {
            return new Greeting("Hello " + greeting.text());
        }

        @WorldOp("greet-all")
        List<Greeting> greetAll(WorldState world, List<Greeting> greetings) {
            return greetings.stream().map(greeting -> greet(world, greeting)).toList();
        }

        @WorldOp("nothing")
        void nothing(WorldState world) {}

        @WorldOp("refuse")
        void refuse(WorldState world) {
            if (world.object("permission").isEmpty()) {
                throw new OperationRejectedException("no", "Refused on purpose");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Operations.class)
    static class Application {}
}
