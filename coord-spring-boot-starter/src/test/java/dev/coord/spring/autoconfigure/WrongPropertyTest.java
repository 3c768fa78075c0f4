package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** A wrong value of any property ends the start, with an analysis that names the property. */
@ExtendWith(OutputCaptureExtension.class)
class WrongPropertyTest {
    private static final String DATABASE =
            " --coord.store.type=jdbc --coord.store.url=jdbc:postgresql://127.0.0.1:1/none";
    private static final String TOO_LONG = "coord.%s=25h";

    /** The setting that is wrong, those that it contradicts, and after the bar what the analysis names. */
    static final List<String> ROWS = rows(
            "coord.enabled=yes | coord.enabled",
            "coord.enabled= | coord.enabled",
            "coord.dir=some/where | coord.dir",
            "coord.dir=~/coord | coord.dir",
            "coord.dir=/dev/null/coord | coord.dir",
            "coord.group= | coord.group",
            "coord.group=" + "g".repeat(101) + " | coord.group",
            "coord.capabilities=no:colon | coord.capabilities",
            "coord.attributes.text=" + "t".repeat(501) + " | coord.attributes",
            "coord.groups=reports | coord.groups",
            "coord.groups.reports=yes | coord.groups.reports",
            "coord.groups[two words].enabled=true | coord.groups.two words",
            "coord.groups.default.enabled=true | coord.groups.default",
            "coord.groups.a.enabled=perhaps | coord.groups.a.enabled",
            "coord.groups.a.lease.renew-deadline=2s | coord.groups.a.lease.renew-deadline",
            "coord.groups.a.lease.renewal-interval=0 | coord.groups.a.lease.renewal-interval",
            "coord.groups.a.lease.stale-threshold=10 | coord.groups.a.lease.stale-threshold",
            "coord.groups.a.heartbeat-interval=soon | coord.groups.a.heartbeat-interval",
            "coord.groups.a.handler-grace=-1s | coord.groups.a.handler-grace",
            "coord.groups.a.participant-expiry=1 | coord.groups.a.participant-expiry",
            "coord.groups.a.close-timeout=1s | coord.groups.a.close-timeout",
            "coord.groups.a.capabilities=no:colon | coord.groups.a.capabilities",
            "coord.groups.a.attributes.text=" + "t".repeat(501) + " | coord.groups.a.attributes",
            "coord.groups.a.world.enabled=maybe | coord.groups.a.world.enabled",
            "coord.groups.a.world.enabled=true --coord.groups.a.world.submit-timeout=0 | coord.groups.a.world.submit-timeout",
            "coord.health.no-leader-grace=-1s | coord.health.no-leader-grace",
            "coord.health.no-leader-grace=never | coord.health.no-leader-grace",
            "coord.health.world-lag-grace=-1s | coord.health.world-lag-grace",
            "coord.health.readiness.enabled=ready | coord.health.readiness.enabled",
            "coord.lease.renewal-interval=often | coord.lease.renewal-interval",
            "coord.lease.renewal-interval=0 | coord.lease.renewal-interval",
            "coord.lease.renewal-interval=1s | coord.lease.renewal-interval', 'coord.lease.renew-deadline",
            "coord.lease.renew-deadline=2s | coord.lease.renew-deadline', 'coord.lease.stale-threshold",
            "coord.lease.renew-deadline=1y | coord.lease.renew-deadline",
            "coord.lease.stale-threshold=-1s | coord.lease.stale-threshold",
            "coord.lease.max-stale-threshold=999ms | coord.lease.stale-threshold', 'coord.lease.max-stale-threshold",
            "coord.lease.max-stale-threshold=long | coord.lease.max-stale-threshold",
            "coord.lease.remote-death=always | coord.lease.remote-death",
            "coord.groups.a.lease.max-stale-threshold=10 | coord.groups.a.lease.max-stale-threshold",
            "coord.heartbeat-interval=0 | coord.heartbeat-interval",
            "coord.heartbeat-interval=6s | coord.participant-expiry', 'coord.heartbeat-interval",
            "coord.participant-expiry=600ms | coord.participant-expiry",
            "coord.handler-grace=-1s | coord.handler-grace",
            "coord.handler-grace=6s | coord.handler-grace', 'coord.close-timeout",
            "coord.start-timeout=0 | coord.start-timeout",
            "coord.close-timeout=1s | coord.handler-grace', 'coord.close-timeout",
            "coord.close-timeout=a while | coord.close-timeout",
            "coord.mesh.connect-timeout=0 | coord.mesh.connect-timeout",
            "coord.mesh.call-timeout=-1s | coord.mesh.call-timeout",
            "coord.mesh.heartbeat-interval=0 | coord.mesh.heartbeat-interval",
            "coord.mesh.heartbeat-interval=1s | coord.mesh.heartbeat-interval', 'coord.mesh.unresponsive-after",
            "coord.mesh.unresponsive-after=0 | coord.mesh.heartbeat-interval', 'coord.mesh.unresponsive-after",
            "coord.mesh.max-message-size=0B | coord.mesh.max-message-size",
            "coord.mesh.max-message-size=2GB | coord.mesh.max-message-size",
            "coord.mesh.max-message-size=big | coord.mesh.max-message-size",
            "coord.mesh.address=localhost | coord.mesh.address",
            "coord.mesh.address=localhost:70000 | coord.mesh.address",
            "coord.mesh.address=localhost:0 | coord.mesh.ssl.bundle",
            "coord.mesh.advertised-address=here:1 | coord.mesh.advertised-address', 'coord.mesh.address",
            "coord.mesh.ssl.bundle=absent | coord.mesh.ssl.bundle",
            "coord.mesh.ssl.enabled=maybe | coord.mesh.ssl.enabled",
            "coord.mesh.ssl.server-name=a.example | coord.mesh.ssl.server-name', 'coord.mesh.address",
            "coord.mesh.health.enabled=on | coord.mesh.health.enabled",
            "coord.mesh.reflection.enabled=2 | coord.mesh.reflection.enabled",
            "coord.world.enabled=yes | coord.world.enabled",
            "coord.world.submit-timeout=0 | coord.world.submit-timeout",
            "coord.world.operation-timeout=-1s | coord.world.operation-timeout",
            "coord.world.result-retention=0 | coord.world.result-retention",
            "coord.world.result-retention=1000d | coord.world.result-retention",
            "coord.world.max-results=0 | coord.world.max-results",
            "coord.world.max-results=3000000000 | coord.world.max-results",
            "coord.world.max-log-size=1MB | coord.world.max-log-size",
            "coord.world.max-queue-size=0B | coord.world.max-queue-size",
            "coord.world.result-cache=-1B | coord.world.result-cache",
            "coord.world.max-operation-size=0B | coord.world.max-operation-size",
            "coord.world.max-operation-size=2MB | coord.world.max-operation-size",
            "coord.world.max-operation-size=3GB | coord.world.max-operation-size",
            "coord.world.block-cache=-1B | coord.world.block-cache",
            "coord.world.block-cache=99999999999TB | coord.world.block-cache",
            "coord.world.sweep-interval=0 | coord.world.sweep-interval",
            "coord.store.call-timeout=0 | coord.store.call-timeout",
            "coord.store.type=file | coord.store.type",
            "coord.store.url=mysql://host/db --coord.store.type=jdbc | coord.store.url",
            "coord.store.schema=maybe | coord.store.schema",
            "coord.store.schema-name=A" + DATABASE + " | coord.store.schema-name",
            "coord.store.table-prefix=a b" + DATABASE + " | coord.store.table-prefix",
            "coord.store.session=maybe | coord.store.session",
            "coord.store.lease-timeout=900ms" + DATABASE + " | coord.store.lease-timeout",
            "coord.store.poll-interval=0" + DATABASE + " | coord.store.poll-interval",
            "coord.store.h2.frozen-owner=thaw | coord.store.h2.frozen-owner",
            "coord.store.h2.owner-stale-threshold=1ms | coord.store.h2.owner-stale-threshold",
            "coord.store.h2.sync=sometimes | coord.store.h2.sync");

    private static List<String> rows(String... rows) {
        var all = new ArrayList<>(Arrays.asList(rows));
        for (String time : List.of(
                "lease.stale-threshold",
                "lease.max-stale-threshold",
                "heartbeat-interval",
                "participant-expiry",
                "handler-grace",
                "start-timeout",
                "close-timeout",
                "mesh.connect-timeout",
                "mesh.call-timeout",
                "mesh.heartbeat-interval",
                "mesh.unresponsive-after",
                "world.submit-timeout",
                "world.operation-timeout",
                "store.call-timeout",
                "store.h2.owner-stale-threshold")) {
            all.add(TOO_LONG.formatted(time) + " | coord." + time);
        }
        return all;
    }

    @TempDir
    private Path temp;

    @ParameterizedTest(name = "{0}")
    @FieldSource("ROWS")
    void itsAnalysisNamesIt(String row, CapturedOutput output) {
        int bar = row.lastIndexOf(" | ");
        assertThatThrownBy(() -> start("--" + row.substring(0, bar))).isInstanceOf(RuntimeException.class);

        String out = output.getOut();
        assertThat(out).contains("APPLICATION FAILED TO START");
        String analysis = out.substring(out.indexOf("APPLICATION FAILED TO START"));
        assertThat(analysis)
                .contains("Action:")
                .containsAnyOf(
                        "'" + row.substring(bar + 3) + "'",
                        "Property: " + row.substring(bar + 3) + System.lineSeparator());
    }

    @Test
    void everyPropertyHasAWrongValueHere() {
        var named = new TreeSet<String>();
        for (String row : ROWS) {
            String property = row.substring(0, row.indexOf('='));
            named.add(Stream.of("coord.groups", "coord.attributes")
                    .filter(property::startsWith)
                    .findFirst()
                    .orElse(property));
        }
        // Only a server knows which are wrong: see CoordJdbcAutoConfigurationTest.
        named.addAll(List.of("coord.store.username", "coord.store.password"));
        assertThat(named).containsExactlyElementsOf(PropertyMetadata.names());
    }

    private void start(String argument) {
        Stream<String> own = Stream.of(argument.split(" (?=--)"));
        Stream<String> arguments = argument.startsWith("--coord.dir=")
                ? own
                : Stream.concat(Stream.of("--coord.dir=" + temp.resolve("shared")), own);
        new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .run(arguments.toArray(String[]::new));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        CoordAutoConfiguration.class,
        CoordGroupsAutoConfiguration.class,
        CoordHealthContributorAutoConfiguration.class,
        CoordMeshAutoConfiguration.class,
        CoordSwitchesAutoConfiguration.class,
        CoordWorldAutoConfiguration.class
    })
    static class Application {}
}
