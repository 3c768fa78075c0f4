package dev.coord.docs.snippets;

import dev.coord.spring.CurrentLeadership;
import dev.coord.spring.LeaderOnly;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
class Invoices {
    private final DataSource database;

    Invoices(DataSource database) {
        this.database = database;
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
    @LeaderOnly
    void close() throws SQLException {
        long term = CurrentLeadership.get().term().value();
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE ledger SET closed_until = CURRENT_DATE, term = ? WHERE id = 1 AND term <= ?")) {
            update.setLong(1, term);
            update.setLong(2, term);
            if (update.executeUpdate() == 0) {
                throw new IllegalStateException("A later leader was here: term " + term + " is over");
            }
        }
    }
}
