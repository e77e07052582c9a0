package dev.shoal.api.resources;

import dev.shoal.activities.jobs.RetentionState;
import dev.shoal.activities.jobs.RetentionStore;
import dev.shoal.activities.jobs.RetentionStore.JobBatch;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.auth.Requires;
import dev.shoal.api.view.RetentionView;
import dev.shoal.api.view.RetentionView.Going;
import dev.shoal.api.view.RetentionView.Staying;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.retention.Fate;
import dev.shoal.model.retention.RetentionPlan;
import dev.shoal.model.retention.RetentionPolicy;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What the retention policy would delete now: the decisions of the monitors, without their effects. Thread-safe. */
@Path("/retention")
@Tag(name = "retention")
@Produces(MediaType.APPLICATION_JSON)
public final class RetentionResource {
    /** Batches that are looked at to count jobs: the answer must not take as long as the deed. */
    private static final int BATCHES = 50;

    private final RetentionStore store;

    public RetentionResource(RetentionStore store) {
        this.store = store;
    }

    @GET
    @Requires(Role.ADMIN)
    @Operation(summary = "What the retention policy would delete now and why, and why the rest stays; deletes nothing")
    public RetentionView plan(
            @QueryParam("app") @Nullable AppName app, @QueryParam("limit") @DefaultValue("500") int limit) {
        int most = Asked.limit(limit);
        RetentionState state = store.state();
        RetentionPolicy policy = state.policy().orElse(RetentionPolicy.DEFAULT);
        Map<AppName, Set<BuildName>> onMachines = store.onMachines(policy.buildAge());
        List<Going> going = new ArrayList<>();
        List<Staying> staying = new ArrayList<>();
        int retired = 0;
        int kept = 0;
        long bytes = 0;
        for (AppName name : app == null ? store.apps() : List.of(app)) {
            RetentionPlan plan = store.plan(name, policy, onMachines.getOrDefault(name, Set.of()));
            retired += plan.retired().size();
            kept += plan.kept().size();
            bytes += plan.retired().stream()
                    .mapToLong(fate -> fate.build().bytes())
                    .sum();
            plan.retired().stream()
                    .limit(most - going.size())
                    .map(fate -> going(name, fate))
                    .forEach(going::add);
            plan.kept().stream()
                    .limit(most - staying.size())
                    .map(fate -> staying(name, fate))
                    .forEach(staying::add);
        }
        return new RetentionView(
                state.policy().isPresent(),
                view(policy),
                state.lastRound(),
                retired,
                bytes,
                going,
                kept,
                staying,
                count(
                        store.oldLogs(policy, OptionalLong.empty()),
                        after -> store.oldLogs(policy, OptionalLong.of(after))),
                count(store.oldJobs(policy, 0), after -> store.oldJobs(policy, after)),
                state.pending());
    }

    private static RetentionView.Policy view(RetentionPolicy policy) {
        return new RetentionView.Policy(
                policy.keepBuilds(),
                policy.buildAge().toSeconds(),
                policy.jobAge().toSeconds(),
                policy.logAge().toSeconds(),
                policy.rollbackWindow(),
                policy.grace().toSeconds());
    }

    private static Going going(AppName app, Fate.Retire fate) {
        return new Going(
                fate.build().name(),
                app,
                fate.cause().name(),
                fate.cause().text(),
                fate.build().createdAt(),
                fate.build().bytes(),
                fate.sharedWith());
    }

    private static Staying staying(AppName app, Fate.Keep fate) {
        return new Staying(
                fate.build().name(), app, fate.reason().name(), fate.reason().text());
    }

    private static RetentionView.Jobs count(JobBatch first, LongFunction<JobBatch> next) {
        JobBatch batch = first;
        int count = batch.jobs().size();
        for (int i = 1; i < BATCHES && batch.next().isPresent(); i++) {
            batch = next.apply(batch.next().getAsLong());
            count += batch.jobs().size();
        }
        return new RetentionView.Jobs(count, batch.next().isPresent());
    }
}
