package dev.shoal.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie in a stack's directory. */
record Layout(Path dir) {
    Layout {
        if (!dir.isAbsolute()) {
            throw new IllegalArgumentException("a stack's directory must be absolute, got " + dir);
        }
    }

    /** Of a directory that need not exist yet. However it is named, links included, the same one has the same marker. */
    static Layout of(Path dir) {
        try {
            return new Layout(real(dir.toAbsolutePath().normalize()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot resolve " + dir, e);
        }
    }

    private static Path real(Path absolute) throws IOException {
        Path parent = absolute.getParent();
        return Files.exists(absolute) || parent == null
                ? absolute.toRealPath()
                : real(parent).resolve(absolute.getFileName());
    }

    Path stackJson() {
        return dir.resolve("stack.json");
    }

    /** Held by the supervisor while it lives. */
    Path lock() {
        return dir.resolve("supervisor.lock");
    }

    Path options() {
        return dir.resolve("options.json");
    }

    /** Held by {@code up} until everything is healthy. */
    Path upLock() {
        return dir.resolve("up.lock");
    }

    Path conf(String file) {
        return dir.resolve("conf").resolve(file);
    }

    Path log(String process) {
        return dir.resolve("logs").resolve(process + ".log");
    }

    Path secret(String name) {
        return dir.resolve("secrets").resolve(name);
    }

    /** Consul's token that may do everything in a datacenter: for people and drills, not for a role. */
    Path consulManagementToken(String datacenter) {
        return secret("consul-" + datacenter + ".management");
    }

    /** The token of a Consul server for its own node. */
    Path consulServerToken(String datacenter) {
        return secret("consul-" + datacenter + ".server");
    }

    /** What Consul reads of both. */
    Path consulTokens(String datacenter) {
        return secret("consul-" + datacenter + ".json");
    }

    Path machineToken(String region) {
        return secret("consul-machine-" + region + ".token");
    }

    Path regionAgentToken(String region) {
        return secret("consul-region-agent-" + region + ".token");
    }

    Path releaseHostToken() {
        return secret("consul-release-host.token");
    }

    Path data(String name) {
        return dir.resolve("data").resolve(name);
    }

    /** The environment entry by which every process of this stack, however daemonised, is recognised. */
    String marker() {
        return Sweep.VARIABLE + "=" + dir;
    }
}
