package dev.coord.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the model checker TLC over {@code model/}: the rules as they are built keep every invariant, and leaving any one of them out
 * breaks one. {@code -Dmodel.large=false} leaves out the state spaces that take minutes.
 */
@Tag("campaign")
class TakeoverModelCampaign {
    private static final Path MODEL = Path.of("..", "model").toAbsolutePath().normalize();
    private static final boolean LARGE = !"false".equals(System.getProperty("model.large"));
    private static final String SAFE = "Model checking completed. No error has been found.";

    /** What is built: three processes, of which one dies, and one claim of a lease. */
    private static final Map<String, String> TAKEOVER = Map.ofEntries(
            constant("Procs", "{p1, p2, p3}"),
            constant("P1", "p1"),
            constant("NoP", "nop"),
            constant("Claims", "{c1}"),
            constant("W0", "{}"),
            constant("W1", "{}"),
            constant("Reads", "{}"),
            constant("MaxE", "2"),
            constant("MaxCrash", "1"),
            constant("LockMode", "\"cas\""),
            constant("Check", "\"after\""),
            constant("ReadCheck", "\"after\""),
            constant("RejCheck", "\"after\""),
            constant("BumpWhen", "\"before\""),
            constant("Source", "\"highest\""),
            constant("EpMode", "\"max\""),
            constant("OwnerLk", "\"perEpoch\""),
            constant("DbLk", "TRUE"),
            constant("CopyMode", "\"prefix\""),
            constant("Torn", "\"off\""),
            constant("SelWhen", "\"after\""),
            constant("First", "\"given\""));

    private static final Map<String, String> LIVE = Map.ofEntries(
            constant("Procs", "{p1, p2, p3}"),
            constant("P1", "p1"),
            constant("NoP", "nop"),
            constant("MaxE", "8"),
            constant("MaxCrash", "1"),
            constant("MaxFreeze", "2"),
            constant("MaxFalse", "1"),
            constant("LockMode", "\"cas\""),
            constant("OwnerLk", "\"perEpoch\""),
            constant("Block", "FALSE"),
            constant("EpMode", "\"perEpoch\""),
            constant("Recheck", "TRUE"));

    private static final Map<String, String> JOURNAL = Map.ofEntries(
            constant("MaxOps", "2"),
            constant("MaxE", "2"),
            constant("MaxKills", "1"),
            constant("MaxCuts", "1"),
            constant("MaxFailed", "0"),
            constant("MaxDamaged", "0"),
            constant("Sync", "FALSE"),
            constant("First", "\"journal\""),
            constant("Row", "\"same\""),
            constant("ForceClaims", "TRUE"),
            constant("Mark", "TRUE"),
            constant("Covered", "TRUE"),
            constant("Whole", "TRUE"),
            constant("Keep", "2"),
            constant("CopyJournal", "TRUE"),
            constant("EndOnFailure", "TRUE"));

    private static final Map<String, String> GC = Map.of("Procs", "{p1, p2, p3}", "MaxE", "4", "GcMode", "\"checked\"");

    private static Map.Entry<String, String> constant(String name, String value) {
        return Map.entry(name, value);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                small("the first database is made by the owner of epoch 1", Map.of("First", "\"owner\"")),
                large(
                        "a torn tail is cut, and two processes die",
                        Map.of("W0", "{w}", "Torn", "\"trunc\"", "MaxCrash", "2")),
                large("a claim and a world commit over three epochs", Map.of("W0", "{w}", "MaxE", "3")),
                large("a claim and a read over three epochs", Map.of("Reads", "{r}", "MaxE", "3")));
    }

    static Stream<Arguments> omissions() {
        return Stream.of(
                small(
                        "anybody makes the first database, and renames it over what is there",
                        Map.of("First", "\"anyone\"")),
                small("the epoch is read before the work, not after it", Map.of("Check", "\"before\"")),
                small("an update is acknowledged without a look at the epoch", Map.of("Check", "\"none\"")),
                small(
                        "a read is answered without a look at the epoch",
                        Map.of("ReadCheck", "\"none\"", "Reads", "{r}")),
                small("a refusal is sent without a look at the epoch", Map.of("RejCheck", "\"none\"", "W0", "{w}")),
                small("the epoch moves after the copy", Map.of("LockMode", "\"single\"", "BumpWhen", "\"after\"")),
                small("the copy may miss what was there when it began", Map.of("CopyMode", "\"loose\"")),
                small("a torn tail is copied as it is", Map.of("Torn", "\"raw\"")),
                large("the source is chosen before the epoch moves", Map.of("SelWhen", "\"before\"", "MaxE", "3")),
                large(
                        "the source is what the endpoint names",
                        Map.of("Source", "\"endpoint\"", "EpMode", "\"one\"", "MaxE", "3")),
                large("the epoch is read and then written, without a lock", Map.of("LockMode", "\"rw\"", "MaxE", "3")));
    }

    private static Arguments small(String name, Map<String, String> changed) {
        return arguments(name, false, changed);
    }

    private static Arguments large(String name, Map<String, String> changed) {
        return arguments(name, true, changed);
    }

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void whatIsBuiltKeepsWhatWasAcknowledged(String name, boolean large, Map<String, String> changed) {
        assumeThat(LARGE || !large).as("large state spaces are left out").isTrue();
        assertThat(takeover(changed)).contains(SAFE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("omissions")
    void leavingARuleOutBreaksAPromise(String name, boolean large, Map<String, String> changed) {
        assumeThat(LARGE || !large).as("large state spaces are left out").isTrue();
        assertThat(takeover(changed)).containsPattern("Invariant I\\d\\w? is violated");
    }

    @ParameterizedTest(name = "files of lower epochs are removed {0}")
    @MethodSource("removals")
    void filesAreRemovedOnlyByTheOwnerOfTheEpoch(String mode, String outcome) {
        assertThat(check("Gc", GC, Map.of("GcMode", '"' + mode + '"'), "INVARIANTS Kept2 Some\n"))
                .contains(outcome);
    }

    static Stream<Arguments> removals() {
        return Stream.of(arguments("checked", SAFE), arguments("unchecked", "Invariant Kept2 is violated"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("progress")
    void somebodyServesInTheEnd(String name, Map<String, String> changed, String outcome) {
        assumeThat(LARGE).as("large state spaces are left out").isTrue();
        assertThat(check("Live", LIVE, changed, "INVARIANTS CapNotHit\nPROPERTIES Eventually\n"))
                .contains(outcome);
    }

    static Stream<Arguments> progress() {
        return Stream.of(
                arguments("a compare-and-set moves the epoch", Map.of(), SAFE),
                arguments(
                        "a lock that a frozen challenger holds for ever",
                        Map.of("LockMode", "\"single\""),
                        "Temporal properties were violated"));
    }

    static Stream<Arguments> journalRules() {
        return Stream.of(
                small("the power fails", Map.of("MaxKills", "0")),
                large("the power fails, and processes die", Map.of()),
                large("the same, and all is forced", Map.of("Sync", "TRUE")),
                large("forcing fails", Map.of("MaxFailed", "1", "MaxKills", "0")),
                large("files are damaged", Map.of("MaxDamaged", "1", "MaxCuts", "0")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("journalRules")
    void theJournalKeepsWhatWasAcknowledged(String name, boolean large, Map<String, String> changed) {
        assumeThat(LARGE || !large).as("large state spaces are left out").isTrue();
        assertThat(journal(changed)).contains(SAFE);
    }

    static Stream<Arguments> journalOmissions() {
        return Stream.of(
                arguments("J1: an operation is appended after it is carried out", Map.of("First", "\"database\"")),
                arguments("J2: its number is stored later than what it did", Map.of("Row", "\"later\"")),
                arguments("J3: what grants a term is not forced", Map.of("ForceClaims", "FALSE")),
                arguments("J4: a journal may end before its mark", Map.of("Mark", "FALSE", "MaxDamaged", "1")),
                arguments("J5: a database may be older than its journal", Map.of("Covered", "FALSE")),
                arguments("J6: a part of what is stored passes for all of it", Map.of("Whole", "FALSE")),
                arguments("J7: one forced state is enough to remove a segment", Map.of("Keep", "1")),
                arguments("J7: a segment is removed when the database is stored", Map.of("Keep", "0")),
                arguments("J9: the database alone is copied", Map.of("CopyJournal", "FALSE")),
                arguments(
                        "J10: forcing that failed is repeated",
                        Map.of("EndOnFailure", "FALSE", "MaxFailed", "1", "Sync", "TRUE")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("journalOmissions")
    void leavingARuleOfTheJournalOutBreaksAPromise(String name, Map<String, String> changed) {
        assertThat(journal(changed)).containsPattern("Invariant \\w+ is violated");
    }

    private String journal(Map<String, String> changed) {
        return check("Journal", JOURNAL, changed, "INVARIANTS AcknowledgedIsKept Once TermsGrow NeverStuck\n");
    }

    private String takeover(Map<String, String> changed) {
        return check("Takeover", TAKEOVER, changed, "SYMMETRY Sym\nINVARIANTS I1 I2 I3 I4 I5 I6 I6P\n");
    }

    private String check(String module, Map<String, String> built, Map<String, String> changed, String checked) {
        Map<String, String> constants = new LinkedHashMap<>();
        for (String value : List.of("p1", "p2", "p3", "nop", "c1", "w", "r")) {
            constants.put(value, value);
        }
        constants.putAll(built);
        assertThat(built.keySet()).containsAll(changed.keySet());
        constants.putAll(changed);
        String assigned = constants.entrySet().stream()
                .map(constant -> "  " + constant.getKey() + " = " + constant.getValue() + "\n")
                .collect(Collectors.joining());
        try {
            Path configuration = Files.writeString(
                    directory.resolve(module + ".cfg"),
                    "SPECIFICATION Spec\nCHECK_DEADLOCK FALSE\nCONSTANTS\n" + assigned + checked);
            Path output = directory.resolve("output.txt");
            // A process of its own: TLC keeps its state in static fields, and ends the JVM.
            Process checker = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "tlc2.TLC",
                            "-config",
                            configuration.toString(),
                            "-metadir",
                            directory.resolve("states").toString(),
                            "-workers",
                            "auto",
                            module + ".tla")
                    .directory(MODEL.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                checker.waitFor();
            } finally {
                checker.destroyForcibly();
            }
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while TLC ran", e);
        }
    }
}
