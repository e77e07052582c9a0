package dev.shoal.simulation.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints what the processes of a stack warned of when a drill fails: their logs go with the stack. */
final class StackLogs implements TestWatcher {
    private static final int LINES = 15;
    private static final int LONGEST_LINE = 300;

    private final Supplier<Stack> stack;

    StackLogs(Supplier<Stack> stack) {
        this.stack = stack;
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        System.out.println("what the stack's processes warned of before " + context.getDisplayName() + " failed:");
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(stack.get().logs(), "*.log")) {
            for (Path log : logs) {
                print(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(Path log) throws IOException {
        List<String> warnings = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.contains("WARN") || line.contains("ERROR") || line.contains("Exception"))
                .toList();
        warnings.stream()
                .skip(Math.max(0, warnings.size() - LINES))
                .map(line -> line.substring(0, Math.min(line.length(), LONGEST_LINE)))
                .forEach(line -> System.out.println(log.getFileName() + ": " + line));
    }
}
