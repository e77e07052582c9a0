package dev.shoal.dev;

import java.nio.file.Path;

/** Where things lie in a stack's directory. */
record Layout(Path dir) {
    Layout {
        if (!dir.isAbsolute()) {
            throw new IllegalArgumentException("a stack's directory must be absolute, got " + dir);
        }
    }

    static Layout of(Path dir) {
        return new Layout(dir.toAbsolutePath().normalize());
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

    /** The supervisor looks here for commands. */
    Path commands() {
        return dir.resolve("commands");
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

    Path data(String name) {
        return dir.resolve("data").resolve(name);
    }

    /** The environment entry by which every process of this stack, however daemonised, is recognised. */
    String marker() {
        return Sweep.VARIABLE + "=" + dir;
    }
}
