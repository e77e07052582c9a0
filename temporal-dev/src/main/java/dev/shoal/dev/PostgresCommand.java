package dev.shoal.dev;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.io.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process that holds the embedded Postgres. */
@Command(name = "postgres", hidden = true)
final class PostgresCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCommand.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    @Option(names = "--data", required = true)
    private Path data = Path.of("");

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--binaries", required = true, description = "where the server's programs are unpacked")
    private Path binaries = Path.of("");

    @Option(names = "--admin-port", required = true)
    private int adminPort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path cluster = data.toAbsolutePath().resolve("cluster");
        endOrphan(cluster);
        EmbeddedPostgres postgres = start(cluster);
        requireOwn(postgres, cluster);
        HealthServer.start(adminPort, () -> answers(postgres));
        LOG.info("Postgres serves {} on port {}", cluster, port);
        new CountDownLatch(1).await();
        return 0;
    }

    /** zonky unpacks in place and marks the end: what was cut off before the mark would fail every later start. */
    private EmbeddedPostgres start(Path cluster) throws IOException {
        Path programs = Files.createDirectories(binaries.toAbsolutePath());
        try (FileChannel channel = FileChannel.open(
                        programs.resolve("unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                DirectoryStream<Path> unpacked = Files.newDirectoryStream(programs, "PG-*")) {
            for (Path version : unpacked) {
                if (lock.isValid() && !Files.exists(version.resolve(".exists"))) {
                    FileUtils.deleteDirectory(version.toFile());
                }
            }
            return builder(cluster).start();
        }
    }

    private EmbeddedPostgres.Builder builder(Path cluster) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(cluster)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(binaries.toAbsolutePath().toFile())
                .setPort(port)
                // zonky starts Postgres with -F and synchronous_commit=off: an accepted job must survive a power cut.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "64MB")
                .setServerConfig("unix_socket_directories", "")
                .setOutputRedirector(ProcessBuilder.Redirect.INHERIT)
                .setErrorRedirector(ProcessBuilder.Redirect.INHERIT);
    }

    /** The postmaster outlives a kill -9 of this process, and would then hold both the data and the port. */
    private static void endOrphan(Path cluster) throws IOException, InterruptedException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        ProcessHandle orphan = ProcessHandle.of(pid).orElse(null);
        boolean isPostgres = orphan != null
                && orphan.info().command().filter(c -> c.endsWith("postgres")).isPresent();
        if (isPostgres && orphan != null) {
            LOG.warn("ending the orphaned Postgres {}", pid);
            new ProcessBuilder("kill", "-INT", Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            try {
                orphan.onExit().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException stuck) {
                throw new IOException("the orphaned Postgres " + pid + " does not end", stuck);
            }
        }
        if (isZombie(pid) && !anybodyLivesIn(cluster)) {
            // Killed, but not yet waited for by its new parent: to Postgres, which asks by kill(pid, 0), it would still
            // be running.
            Files.deleteIfExists(pidFile);
        }
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Every process of a Postgres has the cluster as its working directory. */
    private static boolean anybodyLivesIn(Path cluster) throws IOException {
        Path real = cluster.toRealPath();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (worksIn(process, real)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean worksIn(Path process, Path directory) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(directory);
        } catch (IOException goneOrDead) {
            return false;
        }
    }

    /** If the port is taken by another cluster, zonky adopts that one without a word. */
    private static void requireOwn(EmbeddedPostgres postgres, Path cluster) throws IOException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('data_directory')")) {
            row.next();
            Path actual = Path.of(row.getString(1));
            if (!actual.toRealPath().equals(cluster.toRealPath())) {
                throw new IOException("the port is served by the foreign cluster " + actual);
            }
        } catch (SQLException e) {
            throw new IOException("Postgres does not answer", e);
        }
    }

    private static boolean answers(EmbeddedPostgres postgres) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException away) {
            return false;
        }
    }
}
