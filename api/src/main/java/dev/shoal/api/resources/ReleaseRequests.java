package dev.shoal.api.resources;

import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.activities.jobs.ReleaseStore.Creation;
import dev.shoal.activities.jobs.ReleaseStore.NewRelease;
import dev.shoal.api.problem.ProblemException;
import dev.shoal.api.temporal.WorkflowStarts;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.gate.ReleaseGate;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.TreeMap;

/** Makes releases and says what came of it: what a release and a rollback have in common. Thread-safe. */
public final class ReleaseRequests {
    private final ReleaseStore releases;
    private final WorkflowStarts workflows;
    private final AuditLog audit;
    private final ReleaseViews views;

    public ReleaseRequests(ReleaseStore releases, WorkflowStarts workflows, AuditLog audit, ReleaseViews views) {
        this.releases = releases;
        this.workflows = workflows;
        this.audit = audit;
        this.views = views;
    }

    /** 201, or 200 for the same again. @throws ProblemException 404 or 409 */
    Response create(NewRelease request, String action) {
        return switch (releases.create(request)) {
            case Creation.Created created -> {
                Release release = created.release();
                // The row stands whatever becomes of this: monitors start the workflows of open releases.
                workflows.release(release);
                audit.append(request.requestedBy(), action, "release " + release.id(), described(request, created));
                yield Response.status(201).entity(views.of(release)).build();
            }
            case Creation.Duplicate duplicate -> again(duplicate.release());
            case Creation.Conflict conflict -> throw keyUsed(conflict.existing());
            case Creation.NotReplicated closed -> throw lagging(request.build(), closed.lagging());
            case Creation.Retired retired ->
                throw ProblemException.of(
                        409,
                        "build " + request.build() + " was retired by the retention policy at " + retired.since()
                                + ": its artifact is deleted; build it again",
                        Map.of("retired_at", retired.since()));
            case Creation.UnknownBuild unknown ->
                throw ProblemException.notFound("there is no build " + request.build());
        };
    }

    /** 200 with a release that was made before. */
    Response again(Release release) {
        return Response.ok(views.of(release)).build();
    }

    private static Map<String, String> described(NewRelease request, Creation.Created created) {
        Release release = created.release();
        Map<String, String> detail = new TreeMap<>(Map.of(
                "app", release.app().value(),
                "build", release.build().value(),
                "seq", release.seq().toString(),
                "regions", release.regions().toString(),
                "policy", request.policy().wire()));
        if (!created.excluded().isEmpty()) {
            detail.put("excluded", new ReleaseGate.Verdict.Closed(created.excluded()).describe());
        }
        return detail;
    }

    static ProblemException keyUsed(ReleaseId existing) {
        return ProblemException.of(
                409,
                Asked.IDEMPOTENCY_KEY + " was used for release " + existing + ", which is another request",
                Map.of("release", existing));
    }

    private static ProblemException lagging(BuildName build, Map<RegionName, String> lagging) {
        Map<String, String> named = new TreeMap<>();
        lagging.forEach((region, status) -> named.put(region.value(), status));
        return ProblemException.of(
                409,
                "build " + build + " is not verified in " + new ReleaseGate.Verdict.Closed(lagging).describe(),
                Map.of("lagging", named));
    }
}
