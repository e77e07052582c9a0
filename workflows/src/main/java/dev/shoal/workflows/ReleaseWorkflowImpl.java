package dev.shoal.workflows;

import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.workflows.ReleaseActivities.Progress;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.util.Optional;

/** See {@link ReleaseWorkflow}. Whatever happens, the release's row becomes final before the workflow ends. */
public final class ReleaseWorkflowImpl implements ReleaseWorkflow {
    private String title = "Release";
    private String shown = "";

    @Override
    public Release run(ReleaseId id) {
        Release release = stub(ActivityPolicies.release(id)).loadRelease(id);
        if (release.status().isFinal()) {
            return release;
        }
        title = "Release " + id + " of `" + release.build() + "`, seq " + release.seq() + ", to " + release.regions();
        Workflow.upsertTypedSearchAttributes(
                SearchAttributes.APP.valueSet(release.app().value()),
                SearchAttributes.BUILD.valueSet(release.build().value()),
                SearchAttributes.SEQ.valueSet(release.seq().value()));
        Ending ending = roll(id);
        CompletablePromise<Release> ended = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> ended.complete(
                        stub(ActivityPolicies.finishRelease(id)).finishRelease(id, ending.status(), ending.reason())))
                .run();
        Release row = ended.get();
        show(
                "done",
                row.status().wire() + ", " + row.machinesOk() + " of " + row.machinesTotal() + " machines"
                        + row.reason().map(reason -> ": " + reason).orElse(""));
        return row;
    }

    /** Publishes and watches. */
    private Ending roll(ReleaseId id) {
        boolean published = false;
        try {
            show("publishing", "asking the gate, signing the pointer");
            stub(ActivityPolicies.release(id)).publishPointer(id);
            published = true;
            show("rolling", "the pointer is in the global Consul");
            while (true) {
                Progress progress = stub(ActivityPolicies.observe(id)).observe(id);
                show("rolling", progress.healthy() + " of " + progress.total() + " machines run it");
                if (progress.done()) {
                    return new Ending(progress.status(), progress.reason());
                }
            }
        } catch (TemporalFailure failure) {
            return Ending.of(failure, published);
        }
    }

    /** How a release ends, and why. */
    record Ending(ReleaseStatus status, Optional<String> reason) {
        /** Decides from a failure. What is published stays published: its release is incomplete, not failed. */
        static Ending of(TemporalFailure failure, boolean published) {
            ReleaseStatus status = published ? ReleaseStatus.INCOMPLETE : ReleaseStatus.FAILED;
            Throwable cause = failure instanceof ActivityFailure ? failure.getCause() : failure;
            if (cause instanceof CanceledFailure) {
                return new Ending(status, Optional.of("cancelled"));
            }
            if (cause instanceof ApplicationFailure application
                    && FailureTypes.SUPERSEDED.equals(application.getType())) {
                return new Ending(ReleaseStatus.SUPERSEDED, Optional.ofNullable(application.getOriginalMessage()));
            }
            return new Ending(status, Optional.of(Mishap.of(failure).reason()));
        }
    }

    /** Search attributes only change with the stage: each change is an event in the history. */
    private void show(String stage, String text) {
        if (!stage.equals(shown)) {
            shown = stage;
            Workflow.upsertTypedSearchAttributes(SearchAttributes.STAGE.valueSet(stage));
        }
        Workflow.setCurrentDetails("**" + title + "**\n\nStage: **" + stage + "**\n\n- " + text + "\n");
    }

    private static ReleaseActivities stub(ActivityOptions options) {
        return Workflow.newActivityStub(ReleaseActivities.class, options);
    }
}
