package dev.shoal.activities.retention;

import dev.shoal.activities.blobs.StoredObjects;
import dev.shoal.activities.blobs.StoredObjects.Removed;
import dev.shoal.activities.blobs.StoredObjects.Stored;
import dev.shoal.activities.jobs.RetentionStore;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One region's part of the rounds: deletes what is condemned there, then looks for artifacts that nothing refers to. Used by one
 * thread at a time, which may change.
 */
final class RegionSweep {
    /** So few that a lease is long enough for many regions' bad days. */
    private static final int AT_ONCE = 25;

    /** Of a thousand objects, a round. */
    private static final int PAGES = 20;

    private static final Pattern ARTIFACT = Pattern.compile("artifacts/([0-9a-f]{64})(\\..*)?");
    private static final Pattern SOURCE = Pattern.compile("sources/([0-9a-f]{64})");

    private final RetentionStore store;
    private final StoredObjects objects;
    private final RegionName region;
    private final boolean home;
    private final RetentionFigures figures;
    private final Clock clock;
    private final Map<String, String> positions = new HashMap<>();

    RegionSweep(
            RetentionStore store,
            StoredObjects objects,
            RegionName region,
            boolean home,
            RetentionFigures figures,
            Clock clock) {
        this.store = store;
        this.objects = objects;
        this.region = region;
        this.home = home;
        this.figures = figures;
        this.clock = clock;
    }

    /** Deletes all that is condemned. */
    void delete() {
        List<String> taken = store.take(region, AT_ONCE);
        while (!taken.isEmpty()) {
            delete(taken);
            taken = store.take(region, AT_ONCE);
        }
    }

    private void delete(List<String> taken) {
        long begun = System.nanoTime();
        List<String> gone = new ArrayList<>();
        Removed removed = Removed.NOTHING;
        int next = 0;
        try {
            while (next < taken.size() && System.nanoTime() - begun < StoredObjects.LONGEST_REMOVAL.toNanos()) {
                String prefix = taken.get(next++);
                removed = removed.plus(objects.remove(region, prefix));
                gone.add(prefix);
            }
        } finally {
            if (!gone.isEmpty()) {
                figures.removed(removed);
                store.done(region, gone, removed);
            }
            // Not the one that failed: its requests may still arrive.
            if (next < taken.size()) {
                store.giveBack(region, taken.subList(next, taken.size()));
            }
        }
    }

    /** Looks at the next part of what lies in the region. */
    void lookForOrphans(RetentionPolicy policy) {
        look("artifacts/", ARTIFACT, policy).forEach(page -> store.condemnOrphans(page.keySet(), objects.regions()));
        if (home) {
            look("sources/", SOURCE, policy).forEach(store::noteSources);
        }
    }

    /** By page, what is older than the grace: digests, each with the time of its newest object. */
    private List<Map<Digest, Instant>> look(String prefix, Pattern key, RetentionPolicy policy) {
        Instant now = clock.instant();
        List<Map<Digest, Instant>> pages = new ArrayList<>();
        String after = positions.getOrDefault(prefix, "");
        for (int i = 0; i < PAGES; i++) {
            List<Stored> listed = objects.list(region, prefix, after);
            if (listed.isEmpty()) {
                positions.remove(prefix);
                return pages;
            }
            after = listed.getLast().key();
            positions.put(prefix, after);
            Map<Digest, Instant> newest = new HashMap<>();
            listed.forEach(object -> digest(key, object)
                    .ifPresent(digest -> newest.merge(
                            digest, object.lastModified(), (one, other) -> one.isAfter(other) ? one : other)));
            pages.add(newest.entrySet().stream()
                    .filter(entry -> !policy.isYoung(entry.getValue(), now))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
        return pages;
    }

    private static Optional<Digest> digest(Pattern key, Stored object) {
        Matcher matcher = key.matcher(object.key());
        return matcher.matches() ? Optional.of(new Digest(matcher.group(1))) : Optional.empty();
    }
}
