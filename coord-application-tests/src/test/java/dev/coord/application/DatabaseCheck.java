package dev.coord.application;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.context.ConfigurableApplicationContext;

/** The application's own database is the version that it asked for, and in order. */
final class DatabaseCheck {
    private DatabaseCheck() {}

    static void check(ConfigurableApplicationContext context) throws SQLException {
        try (Connection connection = context.getBean(DataSource.class).getConnection();
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT H2VERSION()")) {
            version.next();
            ApplicationUnderTest.say("database " + version.getString(1));
            try {
                statement.execute("SELECT * FROM missing");
            } catch (SQLException e) {
                ApplicationUnderTest.say(
                        "error " + e.getMessage().lines().findFirst().orElse(""));
            }
        }
    }
}
