package dev.shoal.api;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.blobs.SourceStore;
import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.MachineStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.RetentionStore;
import dev.shoal.api.logs.LogStreams;
import dev.shoal.api.resources.AppsResource;
import dev.shoal.api.resources.AuditResource;
import dev.shoal.api.resources.BuildsResource;
import dev.shoal.api.resources.JobsResource;
import dev.shoal.api.resources.LimitsResource;
import dev.shoal.api.resources.LogsResource;
import dev.shoal.api.resources.MachinesResource;
import dev.shoal.api.resources.OpenApiDocument;
import dev.shoal.api.resources.OpenApiResource;
import dev.shoal.api.resources.OverviewResource;
import dev.shoal.api.resources.ReleaseRequests;
import dev.shoal.api.resources.ReleaseViews;
import dev.shoal.api.resources.ReleasesResource;
import dev.shoal.api.resources.RetentionResource;
import dev.shoal.api.resources.SourcesResource;
import dev.shoal.api.temporal.WorkflowStarts;
import dev.shoal.api.view.Overview;
import dev.shoal.model.RegionName;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The resources on their ports. */
final class ApiResources {
    private final JobStore jobs;
    private final BuildStore builds;
    private final ReleaseStore releases;
    private final MachineStore machines;
    private final AuditLog audit;
    private final LogStore logs;
    private final SourceStore sources;
    private final RetentionStore retention;
    private final WorkflowStarts workflows;
    private final Clock clock;
    private final LogStreams streams;

    ApiResources(
            JobStore jobs,
            BuildStore builds,
            ReleaseStore releases,
            MachineStore machines,
            AuditLog audit,
            LogStore logs,
            SourceStore sources,
            RetentionStore retention,
            WorkflowStarts workflows,
            Clock clock) {
        this.jobs = jobs;
        this.builds = builds;
        this.releases = releases;
        this.machines = machines;
        this.audit = audit;
        this.logs = logs;
        this.sources = sources;
        this.retention = retention;
        this.workflows = workflows;
        this.clock = clock;
        this.streams = new LogStreams(jobs, logs, clock);
    }

    /** To be told when the server stops. */
    LogStreams logStreams() {
        return streams;
    }

    /** Every resource, the description of all of them last. */
    List<Object> all(ApiConfiguration configuration) {
        ReleaseViews views = new ReleaseViews(releases, machines);
        ReleaseRequests requests = new ReleaseRequests(releases, workflows, audit, views);
        LimitsResource limits = new LimitsResource(jobs, audit);
        ApiConfiguration.TemporalConfig temporal = configuration.temporal();
        Set<RegionName> regions =
                configuration.regions().stream().map(RegionConfig::name).collect(Collectors.toSet());
        List<Object> described = List.of(
                new SourcesResource(sources, audit, configuration.largestSource()),
                new JobsResource(jobs, workflows, audit, regions, configuration.mostOfAJob()),
                new LogsResource(jobs, logs, streams),
                new BuildsResource(builds),
                new ReleasesResource(releases, requests, views, regions),
                new AppsResource(releases, requests, limits),
                limits,
                new MachinesResource(machines),
                new OverviewResource(
                        jobs,
                        builds,
                        releases,
                        machines,
                        views,
                        configuration.homeRegion(),
                        new Overview.TemporalLink(temporal.webUi(), temporal.namespace()),
                        clock),
                new AuditResource(audit),
                new RetentionResource(retention));
        Set<Class<?>> classes =
                described.stream().map(Object::getClass).collect(Collectors.toCollection(LinkedHashSet::new));
        return java.util.stream.Stream.concat(
                        described.stream(),
                        java.util.stream.Stream.of(new OpenApiResource(OpenApiDocument.of(classes))))
                .toList();
    }
}
