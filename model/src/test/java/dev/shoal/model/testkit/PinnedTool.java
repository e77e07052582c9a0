package dev.shoal.model.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the real programs that tests run, where {@code ./shoal tools} finds or leaves them. */
public final class PinnedTool {
    private PinnedTool() {}

    /** The program on PATH, else the newest version of it in Shoal's cache of tools. */
    public static Optional<Path> find(String name) {
        return find(name, System.getenv());
    }

    static Optional<Path> find(String name, Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(PinnedTool::isProgram)
                .findFirst()
                .or(() -> cached(name, tools(environment)));
    }

    /** What a test says that is skipped for want of it. */
    public static String missing(String name) {
        return "SKIPPED: no '" + name + "' on PATH nor '" + name + "-<version>' in " + tools(System.getenv())
                + ": ./shoal tools builds it";
    }

    private static Path tools(Map<String, String> environment) {
        return directory(environment, "SHOAL_CACHE")
                .or(() -> directory(environment, "XDG_CACHE_HOME").map(cache -> cache.resolve("shoal")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "shoal"))
                .resolve("tools");
    }

    private static Optional<Path> directory(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    private static Optional<Path> cached(String name, Path tools) {
        if (!Files.isDirectory(tools)) {
            return Optional.empty();
        }
        Pattern versioned = Pattern.compile(Pattern.quote(name) + "-[0-9]+(\\.[0-9]+)*");
        try (Stream<Path> files = Files.list(tools)) {
            return files.filter(file ->
                            versioned.matcher(file.getFileName().toString()).matches())
                    .filter(PinnedTool::isProgram)
                    .max(Comparator.comparing(file -> version(file.getFileName().toString()), PinnedTool::compare));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static List<Integer> version(String fileName) {
        return Stream.of(fileName.substring(fileName.lastIndexOf('-') + 1).split("\\.", -1))
                .map(Integer::valueOf)
                .toList();
    }

    private static int compare(List<Integer> left, List<Integer> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = Integer.compare(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }
}
