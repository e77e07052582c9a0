package dev.shoal.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class SessionRaceTest {
    /** Without the lock a third of such processes crash or never end: eight show it in 97 of 100 runs. */
    @RepeatedTest(8)
    void openSeveralSwarmsAtTheSameMomentInAFreshProcess(@TempDir Path temp) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));
        ProcessBuilder builder = new ProcessBuilder(
                        home.resolve("bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:ErrorFile=" + temp.resolve("crash"),
                        "-XX:-CreateCoredumpOnCrash",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SessionRace.class.getName(),
                        temp.resolve("native").toString(),
                        "4")
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("out").toFile());
        builder.environment().put("LD_PRELOAD", home.resolve("lib/libjsig.so").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(temp.resolve("out")).content().endsWith("opened 4\n");
        } finally {
            process.destroyForcibly();
        }
    }
}
