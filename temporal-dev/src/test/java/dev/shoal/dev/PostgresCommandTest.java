package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir = Path.of("");

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leaveNothingBehind() {
        started.forEach(Process::destroyForcibly);
        Sweep.kill(marker());
    }

    @Test
    void keepsRowsOverAKillThatLeavesTheServerWithoutItsHolder() throws Exception {
        int port = TestPrograms.freePort();
        Process first = serving(port);
        execute(port, "CREATE TABLE kept AS SELECT 42 AS answer");
        long postmaster = postmaster();

        first.destroyForcibly().waitFor();
        assertThat(ProcessHandle.of(postmaster)).as("the orphan").isPresent();
        serving(port);

        assertThat(query(port, "SELECT answer FROM kept")).isEqualTo("42");
        assertThat(postmaster()).isNotEqualTo(postmaster);
        assertThat(ProcessHandle.of(postmaster)).as("the orphan").isEmpty();
    }

    @Test
    void keepsRowsOverAKillOfEverything() throws Exception {
        int port = TestPrograms.freePort();
        serving(port);
        execute(port, "CREATE TABLE kept AS SELECT 42 AS answer");

        Sweep.kill(marker());
        serving(port);

        assertThat(query(port, "SELECT answer FROM kept")).isEqualTo("42");
    }

    @Test
    void movesToAnotherPortAfterAKill() throws Exception {
        int port = TestPrograms.freePort();
        Process first = serving(port);
        execute(port, "CREATE TABLE kept AS SELECT 42 AS answer");
        first.destroyForcibly().waitFor();

        int another = TestPrograms.freePort();
        serving(another);

        assertThat(query(another, "SELECT answer FROM kept")).isEqualTo("42");
    }

    @Test
    void takesTheServerAlongWhenItIsAskedToEnd() throws Exception {
        Process holder = serving(TestPrograms.freePort());

        holder.destroy();

        assertThat(holder.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Sweep.marked(marker())).isEmpty());
        assertThat(dir.resolve("pg/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void losesNothingInAPowerCutAndIsReachableFromHereOnly() throws Exception {
        int port = TestPrograms.freePort();
        serving(port);

        assertThat(query(port, "SHOW fsync")).isEqualTo("on");
        assertThat(query(port, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(query(port, "SHOW full_page_writes")).isEqualTo("on");
        assertThat(query(port, "SHOW listen_addresses")).isEqualTo("localhost");
        assertThat(query(port, "SHOW unix_socket_directories")).isEmpty();
    }

    @Test
    void refusesAPortThatAnotherClusterServes() throws Exception {
        int port = TestPrograms.freePort();
        serving(port);

        Process second = start("another", port, TestPrograms.freePort());

        assertThat(second.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(query(port, "SHOW data_directory"))
                .isEqualTo(dir.resolve("pg/cluster").toRealPath().toString());
    }

    @Test
    void endsWithAnErrorWhenItsPortIsTakenBySomethingElse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start("pg", taken.getLocalPort(), TestPrograms.freePort());

            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Sweep.marked(marker())).isEmpty());
    }

    @Test
    void unpacksItsProgramsAnewWhenThatWasCutOff() throws Exception {
        Path binaries = Files.createDirectories(dir.resolve("binaries"));
        Path cutOff = Files.createDirectories(binaries.resolve("PG-0123456789abcdef0123456789abcdef"));
        Files.writeString(cutOff.resolve("half"), "half");

        int port = TestPrograms.freePort();
        int admin = TestPrograms.freePort();
        awaitHealthy(start("pg", port, admin, binaries), admin);

        assertThat(cutOff).doesNotExist();
        assertThat(query(port, "SELECT 1")).isEqualTo("1");
    }

    private Process serving(int port) throws IOException {
        int admin = TestPrograms.freePort();
        Process process = start("pg", port, admin);
        awaitHealthy(process, admin);
        return process;
    }

    private void awaitHealthy(Process process, int admin) {
        try (Prober prober = new Prober()) {
            await().atMost(LIMIT)
                    .failFast("Postgres ended, see its log", () -> !process.isAlive())
                    .until(() -> prober.isHealthy(TestPrograms.health(admin)));
        }
    }

    private Process start(String data, int port, int admin) throws IOException {
        return start(data, port, admin, TestPrograms.cache().resolve("postgres"));
    }

    private Process start(String data, int port, int admin, Path binaries) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(TestPrograms.java(
                        Main.class,
                        "postgres",
                        "--data",
                        dir.resolve(data).toString(),
                        "--binaries",
                        binaries.toString(),
                        "--port",
                        Integer.toString(port),
                        "--admin-port",
                        Integer.toString(admin)))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()));
        builder.environment().put(Sweep.VARIABLE, dir.toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(dir.resolve("pg/cluster/postmaster.pid"))
                .getFirst()
                .strip());
    }

    private String marker() {
        return Sweep.VARIABLE + "=" + dir;
    }

    private static void execute(int port, String sql) throws SQLException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(int port, String sql) throws SQLException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
    }
}
