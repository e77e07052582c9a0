package dev.shoal.simulation.bench.artifact;

import dev.shoal.activities.blobs.S3Config;
import dev.shoal.model.torrent.PieceLength;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The usual chain: sha256sum, a copy, mktorrent, each reading the file for itself. Confined to one thread. */
final class Peers {
    private final Tooling tooling;
    private final Path dir;
    private final Copier copier;

    private Peers(Tooling tooling, Path dir, Copier copier) {
        this.tooling = tooling;
        this.dir = dir;
        this.copier = copier;
    }

    /** Who copies; {@code program} is its path. */
    private record Copier(String name, String program) {}

    /** A chain of what there is, and what is missing, for people. */
    record Found(Optional<Peers> chain, List<String> missing) {}

    /** Looks for the tools; the fastest copier wins: s5cmd, rclone, the AWS CLI. */
    static Found find(Tooling tooling, Path dir) throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>();
        List<Copier> copiers = new ArrayList<>();
        Map<String, Optional<String>> candidates = new LinkedHashMap<>();
        candidates.put("s5cmd", tooling.s5cmd());
        candidates.put("rclone", Tooling.find("rclone"));
        candidates.put("aws", Tooling.find("aws"));
        candidates.forEach((name, program) ->
                program.ifPresentOrElse(path -> copiers.add(new Copier(name, path)), () -> missing.add(name)));
        for (String tool : List.of("sha256sum", "mktorrent")) {
            if (Tooling.find(tool).isEmpty()) {
                missing.add(tool);
            }
        }
        boolean complete = !copiers.isEmpty() && !missing.contains("sha256sum") && !missing.contains("mktorrent");
        return new Found(
                complete ? Optional.of(new Peers(tooling, dir, copiers.getFirst())) : Optional.empty(), missing);
    }

    /** The copier's name. */
    String copier() {
        return copier.name();
    }

    /** Runs the chain once; nanoseconds of each step in order. {@code digest} is what sha256sum must find. */
    Map<String, Long> run(Path file, S3Config bucket, String digest) throws IOException, InterruptedException {
        Map<String, Long> nanos = new LinkedHashMap<>();
        long start = System.nanoTime();
        tooling.run(List.of("sha256sum", file.toString()), Map.of(), dir);
        nanos.put("sha256sum", System.nanoTime() - start);
        if (!tooling.lastLine().startsWith(digest)) {
            throw new IOException("sha256sum says '" + tooling.lastLine() + "', Shoal says " + digest);
        }
        start = System.nanoTime();
        tooling.run(copy(file, bucket), credentials(bucket), dir);
        nanos.put(copier.name(), System.nanoTime() - start);
        Path torrent = dir.resolve("chain.torrent");
        Files.deleteIfExists(torrent);
        int exponent = Integer.numberOfTrailingZeros(PieceLength.of(Files.size(file)));
        start = System.nanoTime();
        tooling.run(
                List.of(
                        "mktorrent",
                        "-l",
                        Integer.toString(exponent),
                        "-a",
                        "http://127.0.0.1/announce",
                        "-o",
                        torrent.toString(),
                        file.toString()),
                Map.of(),
                dir);
        nanos.put("mktorrent", System.nanoTime() - start);
        return nanos;
    }

    private List<String> copy(Path file, S3Config bucket) {
        String endpoint = bucket.endpoint().toString();
        String target = bucket.bucket() + "/artifact";
        return switch (copier.name()) {
            case "s5cmd" ->
                List.of(copier.program(), "--endpoint-url", endpoint, "cp", file.toString(), "s3://" + target);
            case "rclone" ->
                List.of(
                        copier.program(),
                        "copyto",
                        "--s3-provider=Other",
                        "--s3-env-auth",
                        "--s3-endpoint=" + endpoint,
                        "--s3-no-check-bucket",
                        file.toString(),
                        ":s3:" + target);
            default ->
                List.of(
                        copier.program(),
                        "--endpoint-url",
                        endpoint,
                        "s3",
                        "cp",
                        "--only-show-errors",
                        file.toString(),
                        "s3://" + target);
        };
    }

    private static Map<String, String> credentials(S3Config bucket) {
        return Map.of(
                "AWS_ACCESS_KEY_ID",
                bucket.accessKey(),
                "AWS_SECRET_ACCESS_KEY",
                Endpoint.SECRET,
                "AWS_REGION",
                "us-east-1",
                "AWS_DEFAULT_REGION",
                "us-east-1");
    }
}
