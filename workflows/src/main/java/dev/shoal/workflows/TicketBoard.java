package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.ReleaseId;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the Web UI shows of a ticket: search attributes and a page of Markdown. Owned by one workflow. */
final class TicketBoard {
    private String title = "Waiting for a build host with a free slot";
    private String stage = SearchAttributes.STAGE_TICKET;
    private final List<String> notes = new ArrayList<>();
    private final Map<RegionName, String> regions = new TreeMap<>();

    /** Before the first claim. */
    void waiting() {
        show();
    }

    void building(ClaimedJob job) {
        title = "Job " + job.id() + ", app `" + job.app() + "`, attempt " + job.attempt() + " on host `" + job.host()
                + "`";
        stage = "building";
        Workflow.upsertTypedSearchAttributes(
                SearchAttributes.JOB_ID.valueSet(job.id().value()),
                SearchAttributes.APP.valueSet(job.app().value()),
                SearchAttributes.HOST.valueSet(job.host().value()),
                SearchAttributes.STAGE.valueSet(stage));
        show();
    }

    void uploading(BuildOutput output) {
        notes.add("built " + output.size() + " bytes");
        enter("uploading");
    }

    void lost(ClaimedJob job, String reason) {
        notes.add("attempt " + job.attempt() + " on `" + job.host() + "` was lost: " + reason);
        enter("reclaiming");
    }

    void replicating(RecordedBuild build) {
        notes.add("build `" + build.name() + "` is in " + build.regions().get(0));
        build.regions().forEach(region -> regions.put(region, "waiting"));
        Workflow.upsertTypedSearchAttributes(
                SearchAttributes.BUILD.valueSet(build.name().value()));
        enter("replicating");
    }

    void region(RegionName region, String state) {
        regions.put(region, state);
        show();
    }

    void releasing(BuildName build, ReleaseId release) {
        notes.add("release " + release + " of `" + build + "` under way: workflow `"
                + ReleaseWorkflow.workflowId(release) + "`");
        enter("releasing");
    }

    /** The last entry. */
    void ended(String how) {
        notes.add(how);
        enter("done");
    }

    void note(String text) {
        notes.add(text);
        show();
    }

    private void enter(String next) {
        stage = next;
        Workflow.upsertTypedSearchAttributes(SearchAttributes.STAGE.valueSet(stage));
        show();
    }

    private void show() {
        Workflow.setCurrentDetails(markdown(title, stage, notes, regions));
    }

    static String markdown(String title, String stage, List<String> notes, Map<RegionName, String> regions) {
        StringBuilder page = new StringBuilder("**" + title + "**\n\nStage: **" + stage + "**\n");
        if (!regions.isEmpty()) {
            page.append("\n| region | state |\n|---|---|\n");
            regions.forEach((region, state) ->
                    page.append("| ").append(region).append(" | ").append(state).append(" |\n"));
        }
        if (!notes.isEmpty()) {
            page.append('\n');
            notes.forEach(note -> page.append("- ").append(note).append('\n'));
        }
        return page.toString();
    }
}
