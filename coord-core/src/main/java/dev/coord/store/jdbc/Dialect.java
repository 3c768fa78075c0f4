package dev.coord.store.jdbc;

import java.sql.SQLException;

/** What databases do differently: the names of types, and how an error says that another attempt may succeed. */
public interface Dialect {
    /** H2 2.x, embedded. */
    Dialect H2 = new H2Dialect();

    /** Text of at most {@code characters}, which is compared by its code points, not by a language's rules. */
    String text(int characters);

    /** At most {@code bytes}, which are compared one by one, without a sign. */
    String binary(int bytes);

    /** A point in time with microseconds. */
    String timestamp();

    /** Whether the same transaction may succeed when it is tried again: a deadlock, a lock timeout, a race of two first inserts. */
    boolean mayPass(SQLException failure);
}
