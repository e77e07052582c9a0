package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.gate.ReleaseGate;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.job.Build;
import dev.shoal.model.json.Json;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/** Releases on Postgres. Thread-safe. */
public final class PostgresReleaseStore implements ReleaseStore {
    private final Database database;

    public PostgresReleaseStore(Database database) {
        this.database = database;
    }

    @Override
    public Creation create(NewRelease request) {
        try {
            return database.inTransaction("release of " + request.build(), h -> create(h, request));
        } catch (StoreException e) {
            if (Database.isUniqueViolation(e) && request.idempotencyKey().isPresent()) {
                // The same key was used at the same time; its transaction has committed by now.
                return database.inTransaction("release of " + request.build(), h -> create(h, request));
            }
            throw e;
        }
    }

    private static Creation create(Handle h, NewRelease request) {
        Optional<Release> existing = request.idempotencyKey().flatMap(key -> byKey(h, request.requestedBy(), key));
        Optional<Build> build = PostgresBuildStore.load(h, request.build());
        if (existing.isPresent()) {
            return build.filter(b -> isFor(h, existing.get(), b, request)).isPresent()
                    ? new Creation.Duplicate(existing.get())
                    : new Creation.Conflict(existing.get().id());
        }
        if (build.isEmpty()) {
            return new Creation.UnknownBuild();
        }
        Optional<Instant> retired = retiredAt(h, request);
        if (retired.isPresent()) {
            return new Creation.Retired(retired.get());
        }
        List<Replica> replicas = PostgresBuildStore.lockedReplicas(h, request.build());
        return switch (ReleaseGate.decide(request.policy(), replicas)) {
            case ReleaseGate.Verdict.Closed closed -> new Creation.NotReplicated(closed.lagging());
            case ReleaseGate.Verdict.Open open ->
                new Creation.Created(insert(h, request, build.get().app(), open), open.excluded());
        };
    }

    /** Holds the row, so that retention, which locks it to retire it, sees this release or is seen here. */
    private static Optional<Instant> retiredAt(Handle h, NewRelease request) {
        return h.createQuery("SELECT retired_at FROM builds WHERE build_name = :build FOR KEY SHARE")
                .bind("build", request.build().value())
                .map((row, context) -> Rows.instant(row, "retired_at"))
                .one();
    }

    /** The regions that it was made without count: by now they may have the build. */
    private static boolean isFor(Handle h, Release release, Build build, NewRelease request) {
        Completeness policy = policy(h, release.id()).orElseThrow();
        Set<RegionName> asked = new HashSet<>(release.regions());
        asked.addAll(excluded(h, release.id()).keySet());
        Set<RegionName> wanted = request.policy().regions().isEmpty()
                ? Set.copyOf(ReleaseGate.regions(build.replicas()))
                : request.policy().regions();
        return release.build().equals(request.build())
                && policy.wire().equals(request.policy().wire())
                && wanted.equals(asked);
    }

    private static Release insert(Handle h, NewRelease request, AppName app, ReleaseGate.Verdict.Open open) {
        // The app's row serialises its releases: seqs are handed out in commit order.
        long seq = h.createQuery("""
                        INSERT INTO apps (app, last_seq) VALUES (:app, 1)
                        ON CONFLICT (app) DO UPDATE SET last_seq = apps.last_seq + 1 RETURNING last_seq""").bind("app", app.value()).mapTo(Long.class).one();
        return one(h.createQuery("""
                        INSERT INTO releases (app, seq, build_name, regions, policy, excluded, rollback_of, requested_by, idempotency_key)
                        VALUES (:app, :seq, :build, :regions, :policy, CAST(:excluded AS jsonb), :rollbackOf, :by, :key)
                        RETURNING *""")
                        .bind("app", app.value())
                        .bind("seq", seq)
                        .bind("build", request.build().value())
                        .bindArray("regions", String.class, (Object[]) Rows.names(open.regions()))
                        .bind("policy", request.policy().wire())
                        .bind("excluded", PostgresText.json(named(open.excluded())))
                        .bind(
                                "rollbackOf",
                                request.rollbackOf().map(ReleaseId::value).orElse(null))
                        .bind("by", request.requestedBy())
                        .bind("key", request.idempotencyKey().orElse(null)))
                .orElseThrow();
    }

    private static Map<String, String> named(Map<RegionName, String> regions) {
        return regions.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().value(), Map.Entry::getValue));
    }

    @Override
    public Optional<Release> find(ReleaseId id) {
        return database.inTransaction("find of release " + id, h -> byId(h, id));
    }

    @Override
    public Map<RegionName, String> excluded(ReleaseId id) {
        return database.inTransaction("excluded regions of release " + id, h -> excluded(h, id));
    }

    @Override
    public Completeness policy(ReleaseId id) {
        return database.inTransaction(
                "policy of release " + id, h -> policy(h, id).orElse(Completeness.ALL));
    }

    private static Optional<Completeness> policy(Handle h, ReleaseId id) {
        return h.createQuery("SELECT policy FROM releases WHERE id = :id")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .map(Completeness::ofWire);
    }

    private static Map<RegionName, String> excluded(Handle h, ReleaseId id) {
        Map<RegionName, String> regions = new TreeMap<>();
        h.createQuery("SELECT excluded FROM releases WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> Json.readStrings(row.getString("excluded")))
                .forEach(found -> found.forEach((region, status) -> regions.put(new RegionName(region), status)));
        return regions;
    }

    @Override
    public Optional<Release> findByKey(String requestedBy, String idempotencyKey) {
        return database.inTransaction("find of a release by its key", h -> byKey(h, requestedBy, idempotencyKey));
    }

    @Override
    public List<Release> list(Optional<AppName> app, int limit) {
        // Within an app seqs are handed out in the order of ids, and have the index.
        String select = app.map(a -> "SELECT * FROM releases WHERE app = :app ORDER BY seq DESC LIMIT :limit")
                .orElse("SELECT * FROM releases ORDER BY id DESC LIMIT :limit");
        return database.inTransaction("list of releases", h -> {
            Query query = h.createQuery(select).bind("limit", limit);
            app.ifPresent(a -> query.bind("app", a.value()));
            return query.map((row, context) -> Rows.release(row)).list();
        });
    }

    @Override
    public Optional<Release> newest(AppName app) {
        return database.inTransaction(
                "newest release of " + app,
                h -> one(h.createQuery("SELECT * FROM releases WHERE app = :app ORDER BY seq DESC LIMIT 1")
                        .bind("app", app.value())));
    }

    @Override
    public Optional<Release> previous(Release than) {
        return database.inTransaction(
                "release before " + than.id(),
                h -> one(h.createQuery("""
                        SELECT * FROM releases WHERE app = :app AND seq < :seq AND build_name <> :build
                          AND flipped_at IS NOT NULL
                          AND EXISTS (SELECT 1 FROM builds b WHERE b.build_name = releases.build_name AND b.retired_at IS NULL)
                        ORDER BY seq DESC LIMIT 1""")
                        .bind("app", than.app().value())
                        .bind("seq", than.seq().value())
                        .bind("build", than.build().value())));
    }

    @Override
    public Release flipped(ReleaseId id) {
        return change("flip", id, h -> h.createUpdate("""
                UPDATE releases SET status = 'rolling', flipped_at = coalesce(flipped_at, clock_timestamp())
                WHERE id = :id AND status IN ('pending', 'rolling')"""));
    }

    @Override
    public void progress(ReleaseId id, int machinesOk, int machinesTotal) {
        change("progress", id, h -> h.createUpdate("""
                UPDATE releases SET machines_ok = :ok, machines_total = :total
                WHERE id = :id AND status IN ('pending', 'rolling')""").bind("ok", machinesOk).bind("total", machinesTotal));
    }

    @Override
    public Release finish(ReleaseId id, ReleaseStatus status, Map<String, String> missing, Optional<String> reason) {
        if (!status.isFinal()) {
            throw new IllegalArgumentException("release " + id + " cannot end as " + status);
        }
        return change(
                "end",
                id,
                h -> h.createUpdate("""
                UPDATE releases SET status = :status, missing = CAST(:missing AS jsonb), reason = :reason,
                       finished_at = clock_timestamp()
                WHERE id = :id AND status IN ('pending', 'rolling')""")
                        .bind("status", status.wire())
                        .bind("missing", PostgresText.json(missing))
                        .bind("reason", PostgresText.of(reason)));
    }

    @Override
    public List<AppName> apps() {
        return database.inTransaction(
                "list of apps",
                h -> h.createQuery("SELECT app FROM apps ORDER BY app")
                        .map((row, context) -> new AppName(row.getString("app")))
                        .list());
    }

    @Override
    public List<Release> open() {
        return database.inTransaction(
                "open releases",
                h -> h.createQuery("SELECT * FROM releases WHERE status IN ('pending', 'rolling') ORDER BY id")
                        .map((row, context) -> Rows.release(row))
                        .list());
    }

    private Release change(String what, ReleaseId id, Database.Work<Update> update) {
        return database.inTransaction(what + " of release " + id, h -> {
            update.in(h).bind("id", id.value()).execute();
            return byId(h, id).orElseThrow(() -> new IllegalArgumentException("no release " + id));
        });
    }

    private static Optional<Release> byKey(Handle h, String requestedBy, String key) {
        return one(h.createQuery("SELECT * FROM releases WHERE requested_by = :by AND idempotency_key = :key")
                .bind("by", requestedBy)
                .bind("key", key));
    }

    private static Optional<Release> byId(Handle h, ReleaseId id) {
        return one(h.createQuery("SELECT * FROM releases WHERE id = :id").bind("id", id.value()));
    }

    private static Optional<Release> one(Query query) {
        return query.map((row, context) -> Rows.release(row)).findOne();
    }
}
