package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.model.AppName;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Activation.Unpack;
import dev.shoal.model.job.BuildSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
    @TempDir
    private Path source;

    @Test
    void readsEverythingThatCanBeSaid() throws Exception {
        BuildSpec spec = read("""
                app: hello
                build: {command: "./build.sh", artifact: out/hello.tar.gz, env: {A: b, N: 1}, time_limit: 10m}
                activate: {file_name: hello.tgz, unpack: tar.gz, pre: "./pre", start: "./start", health: "./ok", stop: "./stop",
                           health_timeout: 45s}
                """);

        assertThat(spec)
                .isEqualTo(new BuildSpec(
                        new AppName("hello"),
                        "./build.sh",
                        "out/hello.tar.gz",
                        Map.of("A", "b", "N", "1"),
                        Duration.ofMinutes(10),
                        new Activation(
                                "hello.tgz",
                                Unpack.TAR_GZ,
                                Optional.of("./pre"),
                                Optional.of("./start"),
                                Optional.of("./ok"),
                                Optional.of("./stop"),
                                Duration.ofSeconds(45))));
    }

    @Test
    void needsNoMoreThanAppCommandAndArtifact() throws Exception {
        BuildSpec spec = read("app: hello\nbuild: {command: make, artifact: out/hello}\n");

        assertThat(spec.env()).isEmpty();
        assertThat(spec.timeLimit()).isEqualTo(Duration.ofMinutes(30));
        assertThat(spec.activation()).isEqualTo(Activation.ofFile("hello"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "app: hello                                                        | build",
                "build: {command: make, artifact: out}                             | app",
                "{app: hello, build: {command: make}}                              | artifact",
                "{app: hello, build: {command: '', artifact: out}}                 | build.command",
                "{app: hello, build: {command: make, artifact: /etc/passwd}}       | /etc/passwd",
                "{app: hello, build: {comand: make, artifact: out}}                | build.comand",
                "{app: hello, biuld: {command: make}}                              | biuld",
                "{app: Not An App, build: {command: make, artifact: out}}          | app: app name",
                "{app: hello, build: {command: make, artifact: out, time_limit: 5 parsecs}} | 5 parsecs",
                "{app: hello, build: {command: make, artifact: out, time_limit: 25h}} | build.time_limit",
                "{app: hello, build: {command: [make], artifact: out}}             | build.command",
                "{app: hello, build: make}                                         | build",
                "{app: hello, build: {command: make, artifact: out, env: {'A B': x}}} | 'A B'",
                "{app: hello, build: {command: make, artifact: out, env: {A: null}}}  | build.env.A",
                "{app: hello, build: {command: make, artifact: out}, activate: {unpack: rar}} | activate.unpack",
                "{app: hello, build: {command: make, artifact: out}, activate: {file_name: a/b}} | a/b",
                "{app: hello, app: other, build: {command: make, artifact: out}}   | 'app'",
                "{app: hello, build: {command: make, artifact: out}                | line",
                "just text                                                         | shoal.yaml",
                "``                                                                | app and build",
            })
    void saysWhichKeyOrValueIsWrong(String yaml, String words) throws IOException {
        BuildFault fault = refused(yaml);

        assertThat(fault.reason()).startsWith("shoal.yaml").contains(words).doesNotContain("dev.shoal");
        assertThat(fault.reason().lines()).hasSize(1);
    }

    @Test
    void refusesAFileOfAbsurdSize() throws IOException {
        assertThat(refused("#".repeat(100_000)).reason()).contains("larger");
    }

    @Test
    void survivesTheBillionLaughs() throws IOException {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            yaml.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n"
                    .replace("%d", "%1$d")
                    .formatted(i));
        }

        assertThat(refused(yaml.toString()).reason()).startsWith("shoal.yaml");
    }

    private BuildFault refused(String yaml) throws IOException {
        Files.writeString(source.resolve("shoal.yaml"), yaml);
        return catchThrowableOfType(BuildFault.class, () -> SpecReader.read(source));
    }

    private BuildSpec read(String yaml) throws IOException, BuildFault {
        Files.writeString(source.resolve("shoal.yaml"), yaml);
        return SpecReader.read(source);
    }
}
