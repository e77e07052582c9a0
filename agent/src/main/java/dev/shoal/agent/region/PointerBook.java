package dev.shoal.agent.region;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.rollout.Cohort;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The artifacts that this region serves: those of each app's newest believed pointer and of the one before, which machines still
 * run. Written by the regional watch's thread; readers on other threads see the last complete picture.
 */
final class PointerBook {
    private static final Logger LOG = LoggerFactory.getLogger(PointerBook.class);
    private static final int KEPT = 2;

    private final RegionName region;
    private final List<VerifyKey> trusted;
    private final Map<AppName, Deque<Pointer>> byApp = new HashMap<>();
    private final Map<AppName, Long> refusedAt = new HashMap<>();
    private volatile Served served = new Served(List.of(), Set.of());

    /** Two views of the same artifacts, so that an announce does not compute one. */
    private record Served(List<Artifact> newestFirst, Set<InfoHash> infoHashes) {
        static Served of(Map<Digest, Artifact> artifacts) {
            return new Served(
                    List.copyOf(artifacts.values()),
                    artifacts.values().stream().map(Artifact::infoHash).collect(Collectors.toUnmodifiableSet()));
        }
    }

    PointerBook(RegionName region, List<VerifyKey> trusted) {
        this.region = region;
        this.trusted = trusted;
    }

    /** Takes in what the regional store holds. Returns whether the served artifacts changed. */
    boolean update(List<KvEntry> entries) {
        for (KvEntry entry : entries) {
            Pointer.appOf(entry.key()).ifPresent(app -> update(app, entry));
        }
        Map<Digest, Artifact> now = new LinkedHashMap<>();
        for (int age = 0; age < KEPT; age++) {
            int skipped = age;
            byApp.values().stream()
                    .flatMap(pointers -> pointers.stream().skip(skipped).limit(1))
                    .filter(p -> Cohort.isTargeted(p, region))
                    .sorted(Comparator.comparing(Pointer::issuedAt).reversed())
                    .forEach(p -> now.putIfAbsent(p.artifact().digest(), p.artifact()));
        }
        boolean changed = !List.copyOf(now.values()).equals(served.newestFirst());
        if (changed) {
            served = Served.of(now);
        }
        return changed;
    }

    private void update(AppName app, KvEntry entry) {
        switch (SignedPointer.read(entry.value(), app, trusted)) {
            case SignedPointer.Reading.Refused refused -> {
                // A watch tells all entries at each change: the same value is refused once.
                Long before = refusedAt.put(app, entry.modifyIndex());
                if (before == null || before != entry.modifyIndex()) {
                    LOG.warn(
                            "the pointer of {} in this region is refused: {} {}",
                            app,
                            refused.reason(),
                            refused.detail());
                }
            }
            case SignedPointer.Reading.Authentic authentic ->
                take(byApp.computeIfAbsent(app, a -> new ArrayDeque<>()), authentic.pointer());
        }
    }

    private static void take(Deque<Pointer> known, Pointer pointer) {
        Pointer newest = known.peekFirst();
        if (newest != null && !pointer.isNewerThan(newest)) {
            return;
        }
        if (newest != null && newest.artifact().equals(pointer.artifact())) {
            known.pollFirst();
        }
        known.addFirst(pointer);
        while (known.size() > KEPT) {
            known.pollLast();
        }
    }

    /** The artifacts to serve: those of the apps' current pointers, then the ones before, each newest first. */
    List<Artifact> served() {
        return served.newestFirst();
    }

    /** Their info hashes. */
    Set<InfoHash> infoHashes() {
        return served.infoHashes();
    }
}
