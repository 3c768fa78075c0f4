package dev.coord.spring.test;

import dev.coord.cluster.Coordinator;

/**
 * Decides the roles of this application in a test: its own methods that in the main group, and {@link #inGroup} that in the groups of
 * {@code coord.groups}. A bean, with {@link CoordTest} or the property {@code coord.test.role}.
 *
 * <p>What is below is real: the {@link Coordinator} beans, the role handlers, events, annotations, the world and the mesh. But the
 * store is in memory, and the mesh's sockets are in private temporary directories that go with the application context, so nothing
 * is shared with other processes or left behind; and whether this application or {@linkplain #otherParticipant() another instance}
 * leads is for the test to say.
 */
public interface TestCoordinator extends TestRole {
    /**
     * The role in {@code group}, the main one or another.
     *
     * @throws IllegalArgumentException if this application does not take part in such a group, or with a {@link Coordinator} bean of
     *     its own
     */
    TestRole inGroup(String group);

    /** Back to the roles at the beginning, in all groups. Happens before each test method by itself. */
    @Override
    void reset();
}
