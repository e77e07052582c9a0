package dev.shoal.simulation.bench.swarm;

import dev.shoal.model.Digest;
import dev.shoal.model.torrent.Metainfo;
import dev.shoal.model.torrent.PieceLength;
import dev.shoal.simulation.bench.tracker.TrackerServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Another program that brings a file from the first host to all others of a testbed. */
enum Rival {
    /** A seed and leechers, introduced to each other by our tracker; each piece is checked, the whole file is not. */
    ARIA2("aria2c") {
        @Override
        List<List<String>> origin(Testbed testbed, Share share, Path dir, List<HostProcess> started)
                throws IOException, InterruptedException {
            String announce = startTracker(testbed, share, dir, started);
            Path torrent = torrent(share, dir);
            startSeed(testbed, aria2(announce, share.directory(), torrent, "--bt-seed-unverified=true"), dir, started);
            Path hook = dir.resolve("done.sh");
            Files.writeString(hook, "#!/bin/sh\ntouch \"$3.done\"\n");
            if (!hook.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + hook + " executable");
            }
            List<List<String>> leechers = new ArrayList<>();
            for (int i = 0; i < share.leechers(); i++) {
                leechers.add(aria2(announce, share.home(dir, i), torrent, "--on-bt-download-complete=" + hook));
            }
            return leechers;
        }

        private List<String> aria2(String announce, Path home, Path torrent, String more) throws IOException {
            return List.of(
                    "aria2c",
                    "--dir=" + Files.createDirectories(home),
                    "--seed-ratio=0.0",
                    "--bt-tracker=" + announce,
                    "--enable-dht=false",
                    "--enable-dht6=false",
                    "--bt-enable-lpd=false",
                    "--file-allocation=none",
                    "--check-integrity=false",
                    "--bt-request-peer-speed-limit=1000M",
                    "--show-console-readout=false",
                    more,
                    torrent.toString());
        }
    },

    /** The library that our machines run too, by itself: likewise. */
    LIBTORRENT("python3") {
        private static final String IMPORT = "import libtorrent";

        @Override
        List<List<String>> origin(Testbed testbed, Share share, Path dir, List<HostProcess> started)
                throws IOException, InterruptedException {
            String announce = startTracker(testbed, share, dir, started);
            Path torrent = torrent(share, dir);
            Path script = dir.resolve(SCRIPT);
            try (InputStream in = Objects.requireNonNull(Rival.class.getResourceAsStream(SCRIPT), SCRIPT)) {
                Files.copy(in, script);
            }
            startSeed(
                    testbed,
                    peer(script, "seed", testbed.address(0), torrent, share.directory(), announce),
                    dir,
                    started);
            List<List<String>> leechers = new ArrayList<>();
            for (int i = 0; i < share.leechers(); i++) {
                Path home = Files.createDirectories(share.home(dir, i));
                leechers.add(peer(script, "leech", testbed.address(1 + i), torrent, home, announce));
            }
            return leechers;
        }

        private List<String> peer(Path script, String role, String address, Path torrent, Path home, String announce) {
            return List.of(
                    python().orElseThrow(),
                    script.toString(),
                    role,
                    address,
                    torrent.toString(),
                    home.toString(),
                    announce);
        }

        @Override
        Optional<String> missing() {
            return python().isPresent()
                    ? Optional.empty()
                    : Optional.of("python3 that knows libtorrent (python3-libtorrent)");
        }

        // The first Python that has the binding: the distribution's has it, one of a version manager has not.
        private Optional<String> python() {
            return Stream.of("python3", "/usr/bin/python3")
                    .filter(this::knowsIt)
                    .findFirst();
        }

        private boolean knowsIt(String python) {
            try {
                return new ProcessBuilder(python, "-c", IMPORT)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .onExit()
                                .join()
                                .exitValue()
                        == 0;
            } catch (IOException e) {
                return false;
            }
        }
    },

    /** Everybody fetches the whole file from the first host. */
    HTTP("curl") {
        @Override
        List<List<String>> origin(Testbed testbed, Share share, Path dir, List<HostProcess> started)
                throws IOException {
            HostProcess server = HostProcess.start(
                    testbed.on(
                            0,
                            HostProcess.java(
                                    PlainFiles.class,
                                    128,
                                    List.of(
                                            testbed.address(0),
                                            share.directory().toString()))),
                    dir.resolve("http.log"),
                    true);
            started.add(server);
            String port = server.line(PlainFiles.PORT, PlainFiles.PORT).substring(PlainFiles.PORT.length());
            String url = "http://" + testbed.address(0) + ":" + port + "/" + share.name();
            List<List<String>> leechers = new ArrayList<>();
            for (int i = 0; i < share.leechers(); i++) {
                Path file = Files.createDirectories(share.home(dir, i)).resolve(share.name());
                leechers.add(List.of("sh", "-c", "curl -sSf -o " + file + " " + url + " && touch " + file + ".done"));
            }
            return leechers;
        }
    };

    private static final String SCRIPT = "libtorrent-peer.py";
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SEED_SECONDS = 60;

    private final String program;

    Rival(String program) {
        this.program = program;
    }

    /**
     * A file to bring to so many hosts.
     *
     * @param directory which holds it, under its digest
     */
    record Share(Path directory, Metainfo metainfo, int leechers) {
        /** Of a file whose name does not matter; it is moved to a directory of its own. */
        static Share of(Path file, int leechers) throws IOException {
            long size = Files.size(file);
            int pieceLength = PieceLength.of(size);
            MessageDigest whole = digest("SHA-256");
            ByteArrayOutputStream pieces = new ByteArrayOutputStream();
            try (InputStream in = Files.newInputStream(file)) {
                for (byte[] piece = in.readNBytes(pieceLength); piece.length > 0; piece = in.readNBytes(pieceLength)) {
                    whole.update(piece);
                    pieces.writeBytes(digest("SHA-1").digest(piece));
                }
            }
            Digest digest = new Digest(HexFormat.of().formatHex(whole.digest()));
            Path directory = Files.createDirectories(file.resolveSibling("share"));
            Files.move(file, directory.resolve(digest.value()));
            return new Share(directory, new Metainfo(digest, size, pieceLength, pieces.toByteArray()), leechers);
        }

        String name() {
            return metainfo.digest().value();
        }

        Path home(Path dir, int leecher) {
            return dir.resolve("leecher-" + leecher);
        }

        boolean isDone(Path dir, int leecher) {
            return Files.exists(home(dir, leecher).resolve(name() + ".done"));
        }

        private static MessageDigest digest(String algorithm) {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + algorithm, e);
            }
        }
    }

    /** The name in the report. */
    String wire() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What is missing here to run it. */
    Optional<String> missing() {
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(d -> Files.isExecutable(Path.of(d.isEmpty() ? "." : d, program)));
        return found ? Optional.empty() : Optional.of(program);
    }

    /** Starts what the first host runs, adds it to {@code started}, and returns the command of each leecher. */
    abstract List<List<String>> origin(Testbed testbed, Share share, Path dir, List<HostProcess> started)
            throws IOException, InterruptedException;

    private static Path torrent(Share share, Path dir) throws IOException {
        return Files.write(dir.resolve("file.torrent"), share.metainfo().encode());
    }

    /** Our tracker on the first host; returns where to announce. */
    private static String startTracker(Testbed testbed, Share share, Path dir, List<HostProcess> started)
            throws IOException {
        List<String> words =
                List.of(testbed.address(0), share.metainfo().infoHash().value());
        HostProcess tracker = HostProcess.start(
                testbed.on(0, HostProcess.java(TrackerServer.class, 128, words)), dir.resolve("tracker.log"), true);
        started.add(tracker);
        String port = tracker.line(TrackerServer.PORT, TrackerServer.PORT).substring(TrackerServer.PORT.length());
        return "http://" + testbed.address(0) + ":" + port + "/announce";
    }

    /** On the first host, whose tracker was started last; returns when the tracker knows it. */
    private static void startSeed(Testbed testbed, List<String> command, Path dir, List<HostProcess> started)
            throws IOException, InterruptedException {
        HostProcess tracker = started.getLast();
        started.add(HostProcess.start(testbed.on(0, command), dir.resolve("seed.log"), false));
        awaitSeed(tracker, started.getLast());
    }

    private static void awaitSeed(HostProcess tracker, HostProcess seed) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SEED_SECONDS);
        while (seed.isAlive() && System.nanoTime() < deadline) {
            tracker.tell("");
            if (tracker.line("{", "{").contains("\"seeds\":1")) {
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        throw new IOException(
                "the seed did not announce itself: " + seed.lastOfLog().orElse("it said nothing"));
    }
}
