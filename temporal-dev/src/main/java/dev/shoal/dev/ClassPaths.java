package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The class path of each program, as the build wrote it down. */
final class ClassPaths {
    private final Path home;

    /** @param home the top of the checkout */
    ClassPaths(Path home) {
        this.home = home;
    }

    /** Of a module's program. */
    String of(String module) throws IOException {
        return of(module, "runtime.classpath");
    }

    /** Of the machine agent: no SQL, Temporal, AWS or Dropwizard code. */
    String ofMachineAgent() throws IOException {
        return of("agent", "machine.classpath");
    }

    private String of(String module, String file) throws IOException {
        Path target = home.resolve(module).resolve("target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, module + "-*-SNAPSHOT.jar")) {
            for (Path jar : jars) {
                return jar + ":" + Files.readString(target.resolve(file)).strip();
            }
        }
        throw new IOException("no jar in " + target + ": start through ./shoal, which builds it");
    }
}
