package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolsTest {
    /** Stands in for the compiler: writes half of the program, dawdles, writes the rest. */
    private static final String COMPILER = """
            #!/bin/sh
            [ "$1 $2" = "build -o" ] || exit 3
            echo "built $4 in $(pwd)" >> "$(dirname "$0")/builds"
            printf '#!/bin/sh\\n' > "$3"
            chmod +x "$3"
            sleep 0.5
            echo 'echo I am whole' >> "$3"
            """;

    @TempDir
    private Path dir = Path.of("");

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    @BeforeEach
    void layOut() throws IOException {
        for (Tool tool : Tool.values()) {
            Files.createDirectories(dir.resolve("go-tools").resolve(tool.command()));
        }
        Files.createDirectories(dir.resolve("bin"));
    }

    @Test
    void prefersTheToolOnThePath() throws IOException {
        Path onPath = program("bin/consul", "#!/bin/sh\n");
        program("cache/consul-1.20.0", "#!/bin/sh\n");

        assertThat(tools().resolve(Tool.CONSUL)).isEqualTo(onPath);
    }

    @Test
    void takesTheBuiltToolFromTheCache() throws IOException {
        Path cached = program("cache/consul-1.20.0", "#!/bin/sh\n");

        assertThat(tools().resolve(Tool.CONSUL)).isEqualTo(cached);
    }

    @Test
    void passesOverAnotherVersionInTheCache() throws IOException {
        program("cache/consul-1.19.0", "#!/bin/sh\n");

        assertThat(tools().find(Tool.CONSUL)).isEmpty();
    }

    @Test
    void buildsInTheToolsOwnModuleAndSaysSo() throws Exception {
        program("bin/go", COMPILER);

        Path built = tools().resolve(Tool.TCTL);

        assertThat(output(built)).isEqualTo("I am whole\n");
        assertThat(dir.resolve("bin/builds"))
                .content()
                .isEqualTo("built github.com/temporalio/tctl/cmd/tctl in "
                        + dir.toRealPath().resolve("go-tools/tctl") + "\n");
        assertThat(progress.toString(StandardCharsets.UTF_8)).contains("building tctl-1.18.0", "built tctl-1.18.0");
    }

    @Test
    void neverUsesTheHalfThatAKilledBuildLeftBehind() throws Exception {
        program("bin/go", COMPILER);
        program("cache/temporal-1.5.1.part", "#!/bin/sh\necho I am half\n");

        assertThat(tools().find(Tool.TEMPORAL)).isEmpty();
        assertThat(output(tools().resolve(Tool.TEMPORAL))).isEqualTo("I am whole\n");
    }

    @Test
    void leavesNothingUnderTheToolsNameWhenTheBuildFails() throws IOException {
        program("bin/go", "#!/bin/sh\nprintf half > \"$3\"\nchmod +x \"$3\"\necho no network\nexit 1\n");

        assertThatThrownBy(() -> tools().resolve(Tool.CONSUL))
                .isInstanceOf(Tools.MissingToolException.class)
                .hasMessageContaining("consul-1.20.0.log");

        assertThat(tools().find(Tool.CONSUL)).isEmpty();
        assertThat(dir.resolve("cache/consul-1.20.0.log")).content().isEqualTo("no network\n");
    }

    @Test
    void buildsOnceForTwoProcessesThatWantItAtOnce() throws Exception {
        program("bin/go", COMPILER);

        List<Process> both = List.of(resolveInAnotherProcess(), resolveInAnotherProcess());

        for (Process process : both) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(dir.resolve("bin/builds")).content().hasLineCount(1);
        assertThat(output(tools().resolve(Tool.CONSUL))).isEqualTo("I am whole\n");
    }

    @Test
    void saysWhatToInstallWhenThereIsNeitherTheToolNorGo() {
        assertThatThrownBy(() -> tools().resolve(Tool.TEMPORAL))
                .isInstanceOf(Tools.MissingToolException.class)
                .hasMessageContaining("temporal is not on PATH")
                .hasMessageContaining("install Go 1.25 or newer")
                .hasMessageNotContaining("\n");
    }

    /** Resolves Consul; another process, since a lock on a file is a whole process's. */
    static final class Resolver {
        private Resolver() {}

        /** Argument: the directory. */
        public static void main(String[] args) throws IOException {
            new Tools(
                            Path.of(args[0], "cache"),
                            Path.of(args[0], "go-tools"),
                            args[0] + "/bin",
                            new PrintStream(System.out, true, StandardCharsets.UTF_8))
                    .resolve(Tool.CONSUL);
        }
    }

    private Process resolveInAnotherProcess() throws IOException {
        return new ProcessBuilder(TestPrograms.java(Resolver.class, dir.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        dir.resolve("resolvers.log").toFile()))
                .start();
    }

    private Tools tools() {
        return new Tools(
                dir.resolve("cache"),
                dir.resolve("go-tools"),
                dir.resolve("bin").toString(),
                new PrintStream(progress, true, StandardCharsets.UTF_8));
    }

    private Path program(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String output(Path program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
