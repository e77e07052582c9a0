package dev.shoal.agent.machine;

import dev.shoal.agent.consul.ConsulKv;
import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.consul.KvWatch;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a process's machines read of their region's Consul: the pointers of the apps that they are to run, each by a watch of its own, or all
 * pointers by one. A blocking query answers with everything that it covers: with 500 apps and 10,000 machines that watch all of them, each flip
 * would move gigabytes. Thread-safe.
 */
final class PointerWatches implements AutoCloseable {
    /** More watches than that cost Consul more than a listing of all pointers does. */
    static final int MOST = 16;

    private static final Duration WAIT = Duration.ofSeconds(55);
    private static final String EVERY_APP = "*";

    private final List<KvWatch> watches;

    private PointerWatches(List<KvWatch> watches) {
        this.watches = watches;
    }

    /** Starts them. Each change is told with the values of the watch that saw it; what it leaves out is no news. */
    static PointerWatches start(MachineAgentConfig config, Consumer<List<KvEntry>> listener) {
        return start(
                prefixes(config.machines().stream()
                        .map(MachineAgentConfig.Machine::apps)
                        .toList()),
                () -> new ConsulKv(config.consul().url(), config.consul().token(), Optional.empty(), WAIT),
                listener);
    }

    static PointerWatches start(List<String> prefixes, Supplier<ConsulKv> consul, Consumer<List<KvEntry>> listener) {
        return new PointerWatches(prefixes.stream()
                .map(prefix -> new KvWatch(consul.get(), prefix, WAIT, listener).start())
                .toList());
    }

    /** Under which keys the pointers of these machines' apps lie; each machine names its apps, or {@code *} for all. */
    static List<String> prefixes(Collection<List<String>> appsOfMachines) {
        TreeSet<String> apps = new TreeSet<>();
        appsOfMachines.forEach(apps::addAll);
        return apps.contains(EVERY_APP) || apps.size() > MOST
                ? List.of(Pointer.KEY_PREFIX)
                : apps.stream().map(app -> Pointer.key(new AppName(app))).toList();
    }

    /** How Consul answered the last time: what the first one met that was not answered. */
    KvWatch.State state() {
        return watches.stream()
                .map(KvWatch::state)
                .filter(state -> state != KvWatch.State.OK)
                .findFirst()
                .orElse(KvWatch.State.OK);
    }

    @Override
    public void close() {
        watches.forEach(KvWatch::close);
    }
}
