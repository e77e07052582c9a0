package dev.shoal.agent.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files and directories a power cut would take changes from, at each moment of a trace by {@code strace -y}: what was written,
 * created or renamed, and not synced since.
 */
final class TracedDisk {
    private static final Pattern OPEN = Pattern.compile("^openat\\([^\"]*\"([^\"]+)\", ([^,)]+).* = \\d+");
    private static final Pattern WRITE = Pattern.compile("^(?:write|pwrite64|ftruncate|sendfile)\\(\\d+<([^>]+)>.*");
    private static final Pattern COPY = Pattern.compile("^copy_file_range\\(\\d+<[^>]+>, [^,]+, \\d+<([^>]+)>.*");
    private static final Pattern SYNC = Pattern.compile("^(?:fsync|fdatasync)\\(\\d+<([^>]+)>\\) += 0");
    private static final Pattern RENAME =
            Pattern.compile("^rename(?:at2?)?\\((?:[^\",]*, )?\"([^\"]+)\", (?:[^\",]*, )?\"([^\"]+)\".*\\) = 0");
    private static final Pattern MAKE = Pattern.compile("^mkdir(?:at)?\\((?:[^\",]*, )?\"([^\"]+)\".* = 0");
    private static final Pattern LINK =
            Pattern.compile("^symlink(?:at)?\\(\"[^\"]+\", (?:[^\",]*, )?\"([^\"]+)\"\\) = 0");

    private final Path root;
    private final Set<Path> dirty = new TreeSet<>();
    private final List<Rename> renames = new ArrayList<>();

    /**
     * A rename, and what was not on disk when it happened.
     *
     * @param dirty files written and directories changed since they were synced
     */
    record Rename(Path from, Path to, Set<Path> dirty) {}

    TracedDisk(Path root) {
        this.root = root;
    }

    /** Takes in the calls of one thread, in their order. */
    void read(List<String> calls) {
        calls.forEach(this::read);
    }

    private void read(String call) {
        Matcher open = OPEN.matcher(call);
        if (open.find() && open.group(2).contains("O_CREAT")) {
            changed(open.group(1));
            entryOf(open.group(1));
        }
        path(WRITE, call).ifPresent(this::changed);
        path(COPY, call).ifPresent(this::changed);
        path(SYNC, call).ifPresent(synced -> dirty.remove(Path.of(synced)));
        path(MAKE, call).ifPresent(made -> {
            changed(made);
            entryOf(made);
        });
        path(LINK, call).ifPresent(made -> changed(Path.of(made).getParent().toString()));
        Matcher rename = RENAME.matcher(call);
        if (rename.find()) {
            renamed(Path.of(rename.group(1)), Path.of(rename.group(2)));
        }
    }

    private static Optional<String> path(Pattern pattern, String call) {
        Matcher matcher = pattern.matcher(call);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private void changed(String path) {
        if (Path.of(path).startsWith(root)) {
            dirty.add(Path.of(path));
        }
    }

    /** The directory that holds it has another entry. */
    private void entryOf(String path) {
        Path directory = Path.of(path).getParent();
        if (directory != null) {
            changed(directory.toString());
        }
    }

    private void renamed(Path from, Path to) {
        if (!to.startsWith(root)) {
            return;
        }
        renames.add(new Rename(from, to, Set.copyOf(dirty)));
        for (Path path : List.copyOf(dirty)) {
            if (path.startsWith(from)) {
                dirty.remove(path);
                dirty.add(path.equals(from) ? to : to.resolve(from.relativize(path)));
            }
        }
        entryOf(from.toString());
        entryOf(to.toString());
    }

    /** In their order. */
    List<Rename> renames() {
        return List.copyOf(renames);
    }

    /** What is not on disk now. */
    Set<Path> dirty() {
        return Set.copyOf(dirty);
    }
}
