package dev.coord.spring.test;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Lets each test method begin with the roles that the properties say, whatever the one before did. */
final class TestRoleReset implements TestExecutionListener, Ordered {
    /** After dependency injection, before transactions. */
    private static final int ORDER = 3500;

    @Override
    public void beforeTestMethod(TestContext test) {
        if (test.hasApplicationContext()) {
            test.getApplicationContext().getBeanProvider(TestCoordinator.class).ifAvailable(TestCoordinator::reset);
        }
    }

    @Override
    public int getOrder() {
        return ORDER;
    }
}
