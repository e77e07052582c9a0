package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.rollout.Rollout;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/** Machines on Postgres: three statements a batch, however large. Thread-safe. */
public final class PostgresMachineStore implements MachineStore {
    private final Database database;
    private final Duration liveness;

    /** @param liveness how recently a machine must have been heard of to count as live in lists */
    public PostgresMachineStore(Database database, Duration liveness) {
        this.database = database;
        this.liveness = liveness;
    }

    @Override
    public void write(Collection<MachineReport> reports) {
        // Sorted: two batches that overlap lock the rows in the same order and cannot deadlock.
        List<MachineReport> newest = reports.stream()
                .collect(Collectors.toMap(
                        MachineReport::machine,
                        Function.identity(),
                        BinaryOperator.maxBy(Comparator.comparingLong(MachineReport::number))))
                .values()
                .stream()
                .sorted(Comparator.comparing(MachineReport::machine))
                .toList();
        if (newest.isEmpty()) {
            return;
        }
        database.inTransaction("write of " + newest.size() + " machine reports", h -> {
            Set<String> written = Set.copyOf(writeMachines(h, newest));
            writeApps(
                    h,
                    newest.stream()
                            .filter(r -> written.contains(r.machine().value()))
                            .toList());
            return written;
        });
    }

    private static List<String> writeMachines(Handle h, List<MachineReport> reports) {
        return h.createQuery("""
                        INSERT INTO machines (machine_id, region, agent_version, report_number, refused, crashes, last_seen)
                        SELECT id, region, version, number, CAST(refused AS jsonb), crashes, clock_timestamp()
                        FROM unnest(:ids, :regions, :versions, :numbers, :refused, :crashes)
                             AS r (id, region, version, number, refused, crashes)
                        ON CONFLICT (machine_id) DO UPDATE SET region = excluded.region, agent_version = excluded.agent_version,
                               report_number = excluded.report_number, refused = excluded.refused, crashes = excluded.crashes,
                               last_seen = excluded.last_seen
                        WHERE machines.report_number < excluded.report_number
                        RETURNING machine_id""")
                .bindArray("ids", String.class, array(reports, r -> r.machine().value()))
                .bindArray(
                        "regions", String.class, array(reports, r -> r.region().value()))
                .bindArray("versions", String.class, array(reports, r -> PostgresText.of(r.agentVersion())))
                .bindArray("numbers", Long.class, array(reports, MachineReport::number))
                .bindArray("refused", String.class, array(reports, r -> PostgresText.json(r.refused())))
                .bindArray("crashes", Integer.class, array(reports, MachineReport::crashes))
                .mapTo(String.class)
                .list();
    }

    private static void writeApps(Handle h, List<MachineReport> reports) {
        List<Line> lines = reports.stream()
                .flatMap(r -> r.apps().stream().map(a -> new Line(r.machine(), a)))
                .toList();
        // Before the upsert, while machine_apps still tells which machines were healthy already. Sorted, as the
        // machines are.
        bind(lines, h.createUpdate("""
                        INSERT INTO arrivals AS known (app, seq, first_at, last_at, machines)
                        SELECT r.app, r.seq, clock_timestamp(), clock_timestamp(), count(*)
                        FROM unnest(:ids, :apps, :seqs, :healthy) AS r (id, app, seq, healthy)
                        LEFT JOIN machine_apps a ON a.machine_id = r.id AND a.app = r.app AND a.seq = r.seq
                        WHERE r.healthy AND a.healthy_since IS NULL
                        GROUP BY r.app, r.seq ORDER BY r.app, r.seq
                        ON CONFLICT (app, seq) DO UPDATE SET machines = known.machines + excluded.machines,
                               first_at = least(known.first_at, excluded.first_at),
                               last_at = greatest(known.last_at, excluded.last_at)""")).execute();
        bind(lines, h.createUpdate("""
                        INSERT INTO machine_apps (machine_id, app, seq, report, healthy_since)
                        SELECT id, app, seq, CAST(report AS jsonb), CASE WHEN healthy THEN clock_timestamp() END
                        FROM unnest(:ids, :apps, :seqs, :healthy, :reports) AS r (id, app, seq, healthy, report)
                        ON CONFLICT (machine_id, app) DO UPDATE SET seq = excluded.seq, report = excluded.report,
                               healthy_since = CASE
                                 WHEN machine_apps.seq = excluded.seq THEN coalesce(machine_apps.healthy_since, excluded.healthy_since)
                                 ELSE excluded.healthy_since END
                        -- A sign of life changes nothing here.
                        WHERE (machine_apps.seq, machine_apps.report) IS DISTINCT FROM (excluded.seq, excluded.report)"""))
                .bindArray("reports", String.class, array(lines, l -> PostgresText.json(l.app())))
                .execute();
    }

    private record Line(MachineId machine, AppReport app) {}

    private static Update bind(List<Line> lines, Update update) {
        return update.bindArray(
                        "ids", String.class, array(lines, l -> l.machine().value()))
                .bindArray("apps", String.class, array(lines, l -> l.app().app().value()))
                .bindArray("seqs", Long.class, array(lines, l -> l.app().seq().value()))
                .bindArray("healthy", Boolean.class, array(lines, l -> l.app().state() == AppState.HEALTHY));
    }

    private static <T> Object[] array(List<T> items, Function<T, Object> field) {
        return items.stream().map(field).toArray();
    }

    @Override
    public List<Machine> list(Optional<RegionName> region, Optional<AppName> app, int limit) {
        String conditions = region.map(r -> " AND m.region = :region").orElse("")
                + app.map(
                                a ->
                                        " AND EXISTS (SELECT 1 FROM machine_apps a WHERE a.machine_id = m.machine_id AND a.app = :app)")
                        .orElse("");
        String ofApp = app.map(a -> " AND a.app = :app").orElse("");
        return database.inTransaction("list of machines", h -> {
            Query select = h.createQuery(
                            """
                            SELECT m.*, m.last_seen > clock_timestamp() - make_interval(secs => :liveness) AS live,
                                   (SELECT coalesce(jsonb_agg(a.report ORDER BY a.app), '[]') FROM machine_apps a
                                    WHERE a.machine_id = m.machine_id""" + ofApp + """
                            ) AS apps
                            FROM machines m WHERE true""" + conditions + " ORDER BY m.region, m.machine_id LIMIT :limit")
                    .bind("liveness", seconds(liveness))
                    .bind("limit", limit);
            region.ifPresent(r -> select.bind("region", r.value()));
            app.ifPresent(a -> select.bind("app", a.value()));
            return select.map((row, context) -> machine(row)).list();
        });
    }

    private static Machine machine(ResultSet row) throws SQLException {
        Map<String, Long> refused = new HashMap<>();
        Json.readStrings(row.getString("refused")).forEach((key, n) -> refused.put(key, Long.valueOf(n)));
        return new Machine(
                new MachineId(row.getString("machine_id")),
                new RegionName(row.getString("region")),
                row.getString("agent_version"),
                Rows.instant(row, "last_seen").orElseThrow(),
                row.getBoolean("live"),
                List.of(Json.read(row.getString("apps"), AppReport[].class)),
                refused,
                row.getInt("crashes"));
    }

    @Override
    public List<Rollout.Observed> observed(AppName app, Collection<RegionName> regions, Duration within) {
        return database.inTransaction(
                "look at the machines of " + app,
                h -> h.createQuery("""
                        SELECT m.machine_id, a.report FROM machines m
                        LEFT JOIN machine_apps a ON a.machine_id = m.machine_id AND a.app = :app
                        WHERE m.region = ANY (:regions)
                          AND m.last_seen > clock_timestamp() - make_interval(secs => :liveness)""")
                        .bind("app", app.value())
                        .bindArray("regions", String.class, (Object[]) Rows.names(regions))
                        .bind("liveness", seconds(within))
                        .map((row, context) -> new Rollout.Observed(
                                new MachineId(row.getString("machine_id")),
                                Optional.ofNullable(row.getString("report"))
                                        .map(json -> Json.read(json, AppReport.class))))
                        .list());
    }

    @Override
    public Optional<Spread> healthySince(AppName app, Seq seq) {
        return database.inTransaction(
                "spread of " + app + " seq " + seq,
                h -> h.createQuery("SELECT first_at, last_at, machines FROM arrivals WHERE app = :app AND seq = :seq")
                        .bind("app", app.value())
                        .bind("seq", seq.value())
                        .map((row, context) -> new Spread(
                                Rows.instant(row, "first_at").orElseThrow(),
                                Rows.instant(row, "last_at").orElseThrow(),
                                row.getInt("machines")))
                        .findOne());
    }

    @Override
    public List<RegionCount> countByRegion() {
        return database.inTransaction(
                "count of machines",
                h -> h.createQuery("""
                        SELECT region, count(*) FILTER (WHERE live) AS live, count(*) FILTER (WHERE NOT live) AS silent
                        FROM (SELECT region, last_seen > clock_timestamp() - make_interval(secs => :liveness) AS live
                              FROM machines) m
                        GROUP BY region ORDER BY region""")
                        .bind("liveness", seconds(liveness))
                        .map((row, context) -> new RegionCount(
                                new RegionName(row.getString("region")), row.getInt("live"), row.getInt("silent")))
                        .list());
    }

    @Override
    public List<Tally> tally() {
        return database.inTransaction(
                "tally of machines",
                h -> h.createQuery("""
                        SELECT m.region, a.app, a.seq, a.report ->> 'state' AS state, count(*) AS machines,
                               sum((a.report ->> 'bytes')::bigint) AS bytes, sum((a.report ->> 'size')::bigint) AS size
                        FROM machine_apps a JOIN machines m ON m.machine_id = a.machine_id
                        WHERE m.last_seen > clock_timestamp() - make_interval(secs => :liveness)
                        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""")
                        .bind("liveness", seconds(liveness))
                        .map((row, context) -> new Tally(
                                new RegionName(row.getString("region")),
                                new AppName(row.getString("app")),
                                new Seq(row.getLong("seq")),
                                AppState.valueOf(row.getString("state")),
                                row.getInt("machines"),
                                row.getLong("bytes"),
                                row.getLong("size")))
                        .list());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
