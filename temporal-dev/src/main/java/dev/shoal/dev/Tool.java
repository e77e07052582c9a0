package dev.shoal.dev;

/** A pinned Go program, built from {@code temporal-dev/go-tools/<module>}. */
enum Tool {
    TEMPORAL("temporal", "github.com/temporalio/cli/cmd/temporal", "1.5.1"),
    CONSUL("consul", "github.com/hashicorp/consul", "1.20.0"),
    TCTL("tctl", "github.com/temporalio/tctl/cmd/tctl", "1.18.0");

    private final String command;
    private final String goPackage;
    private final String version;

    Tool(String command, String goPackage, String version) {
        this.command = command;
        this.goPackage = goPackage;
        this.version = version;
    }

    /** The command's name; also the name of its Go module's directory. */
    String command() {
        return command;
    }

    String goPackage() {
        return goPackage;
    }

    /** The name of the built binary in the cache. */
    String cacheName() {
        return command + "-" + version;
    }
}
