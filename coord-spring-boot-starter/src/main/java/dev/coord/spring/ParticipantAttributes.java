package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import java.util.Map;

/**
 * Attributes of this application's participants that are known only at run time, such as the port of its web server; the others find
 * them in the registry. Beans of this type are asked in their order, once for the coordinator of each group, when the application is
 * ready and takes part, before others know of it. Of two attributes with the same key the later one counts, and before all the one
 * of {@code coord.attributes}. A {@link Coordinator} bean of the application's own does not ask them.
 */
@FunctionalInterface
public interface ParticipantAttributes {
    /**
     * The attributes in {@code group}. What is thrown, or more or longer than a participant
     * {@linkplain Coordinator.Builder#attributes(Map) may have}, ends the start of the application.
     */
    Map<String, String> attributes(String group);
}
