package dev.shoal.dev;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A command about the stack in a directory. */
abstract class StackCommand {
    @Option(names = "--dir", description = "the stack's directory (default: $$SHOAL_DIR, else .shoal)")
    private Path dir = Path.of(System.getenv().getOrDefault("SHOAL_DIR", ".shoal"));

    final Layout layout() {
        return Layout.of(dir);
    }

    /** The top of the checkout, as the launcher says. */
    static Path home() {
        String home = System.getenv("SHOAL_HOME");
        if (home == null) {
            throw new IllegalStateException("SHOAL_HOME is not set: start through ./shoal");
        }
        return Path.of(home);
    }
}
