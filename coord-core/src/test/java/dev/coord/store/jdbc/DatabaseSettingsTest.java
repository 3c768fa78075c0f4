package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseSettingsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:postgresql://db/coord                          | db
            jdbc:postgresql://db:5432/coord?user=u&password=p@x | db
            jdbc:postgresql://me:secret@db:5432/coord           | db
            jdbc:postgresql://a:1,b,[fe80::1]:2/coord           | a b fe80::1
            jdbc:postgresql:///coord                            | localhost
            jdbc:postgresql://:5433/coord                       | localhost
            jdbc:postgresql:coord                               | localhost
            jdbc:mariadb:sequential://a,b:3306/coord            | a b
            jdbc:mysql://address=(host=a)(port=1),b/coord       | a b
            """)
    void theHostsAreThoseOfTheUrl(String url, String hosts) {
        assertThat(DatabaseSettings.at(url).hosts()).containsExactly(hosts.split(" ", -1));
    }
}
