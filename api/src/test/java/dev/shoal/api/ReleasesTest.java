package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.api.testkit.ApiExtension;
import dev.shoal.api.testkit.ApiStack;
import dev.shoal.api.testkit.Fleet;
import dev.shoal.model.BuildName;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.ReportBatch;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiExtension.class)
class ReleasesTest {
    private static final String RELEASES = "/api/v1/releases";
    /** The overview is up to a second old. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final String ROLLBACK = "/api/v1/apps/web/rollback";

    private final ApiClient releaser;
    private final ApiClient agent;
    private final ApiClient admin;
    private final Fleet fleet;

    ReleasesTest(ApiStack stack) {
        this.releaser = stack.as(Role.RELEASER);
        this.agent = stack.as(Role.AGENT);
        this.admin = stack.as(Role.ADMIN);
        this.fleet = new Fleet(stack);
    }

    private static String body(BuildName build) {
        return "{\"build\":\"" + build + "\"}";
    }

    private Release released(Build build) {
        return fleet.flipped(releaser.post(RELEASES, body(build.name())).as(Release.class));
    }

    @Test
    void whatIsNotVerifiedEverywhereIsRefusedWithTheRegionsThatLag() {
        Build build = fleet.built("web");
        fleet.complete(build.name(), ApiStack.EU);

        Answer refused = releaser.post(RELEASES, body(build.name()));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("lagging")).isEqualTo(Json.read("{\"us\":\"PENDING\"}", JsonNode.class));
        assertThat(refused.json().get("detail").asText()).contains("us (PENDING)");
        assertThat(releaser.get(RELEASES).json().get("releases")).isEmpty();
    }

    @Test
    void aRegionThatHasItCanBeReleasedAlone() {
        Build build = fleet.built("web");
        fleet.complete(build.name(), ApiStack.EU);

        Answer created = releaser.post(RELEASES, "{\"build\":\"" + build.name() + "\",\"regions\":[\"eu\"]}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.as(Release.class).regions()).containsExactly(ApiStack.EU);
    }

    @Test
    void aPolicyLeavesOutTheRegionThatLagsAndSaysSoInTheAnswerAndTheAuditLog() {
        Build build = fleet.built("web");
        fleet.complete(build.name(), ApiStack.EU);
        String allButOne = "{\"build\":\"" + build.name() + "\",\"policy\":\"all-but-1\"}";

        Answer created = releaser.post(RELEASES, allButOne, "k");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.as(Release.class).regions()).containsExactly(ApiStack.EU);
        assertThat(created.json().at("/excluded/us").asText()).isEqualTo("PENDING");
        assertThat(created.json().get("policy").asText()).isEqualTo("all-but-1");
        assertThat(releaser.post(RELEASES, allButOne, "k").status()).isEqualTo(200);
        assertThat(admin.get("/api/v1/audit").text())
                .contains("\"policy\":\"all-but-1\"", "\"excluded\":\"us (PENDING)\"");
    }

    @Test
    void aPolicyThatIsNoneIsRefusedByName() {
        Build build = fleet.replicated("web");

        Answer refused = releaser.post(RELEASES, "{\"build\":\"" + build.name() + "\",\"policy\":\"most\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("policy", "'most'");
    }

    @Test
    void aRegionThatDoesNotExistAndAPolicyThatLeavesNoRegionAreRefused() {
        String build = "{\"build\":\"" + fleet.replicated("web").name() + "\"";

        Answer nowhere = releaser.post(RELEASES, build + ",\"regions\":[\"eu\",\"moon\"]}");
        Answer none = releaser.post(RELEASES, build + ",\"policy\":\"all-but-2\"}");
        Answer noneOfOne = releaser.post(RELEASES, build + ",\"regions\":[\"eu\"],\"policy\":\"all-but-1\"}");

        assertThat(List.of(nowhere.status(), none.status(), noneOfOne.status())).containsOnly(422);
        assertThat(nowhere.text()).contains("there is no region 'moon'");
        assertThat(none.text()).contains("policy all-but-2 leaves none of 2 regions");
        assertThat(noneOfOne.text()).contains("policy all-but-1 leaves none of 1 region");
        assertThat(releaser.get(RELEASES).json().get("releases")).isEmpty();
    }

    @Test
    void theSameKeyIsTheSameReleaseAndAnythingElseAConflict() {
        Build one = fleet.replicated("web");
        Build two = fleet.replicated("web");

        Answer first = releaser.post(RELEASES, body(one.name()), "k");

        assertThat(first.status()).isEqualTo(201);
        Answer again = releaser.post(RELEASES, body(one.name()), "k");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.as(Release.class).id())
                .isEqualTo(first.as(Release.class).id());
        assertThat(releaser.post(RELEASES, body(two.name()), "k").status()).isEqualTo(409);
        assertThat(releaser.post(RELEASES, "{\"build\":\"" + one.name() + "\",\"regions\":[\"eu\"]}", "k")
                        .status())
                .isEqualTo(409);
        assertThat(releaser.get(RELEASES).json().get("releases")).hasSize(1);
    }

    @Test
    void aRollbackIsAHigherSeqOfTheBuildBefore() {
        Build one = fleet.replicated("web");
        Build two = fleet.replicated("web");
        Release before = released(one);
        released(two);

        Answer answer = releaser.post(ROLLBACK, "{}", "undo");

        assertThat(answer.status()).isEqualTo(201);
        Release back = answer.as(Release.class);
        assertThat(back.build()).isEqualTo(one.name());
        assertThat(back.seq().value()).isEqualTo(3);
        assertThat(back.rollbackOf()).hasValue(before.id());

        fleet.flipped(back);
        Answer again = releaser.post(ROLLBACK, "{}", "undo");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.as(Release.class).id()).isEqualTo(back.id());
    }

    @Test
    void aRollbackCanNameItsBuildIfThatWasReleased() {
        Build one = fleet.replicated("web");
        Build two = fleet.replicated("web");
        Build three = fleet.replicated("web");
        Build never = fleet.replicated("web");
        released(one);
        released(two);
        released(three);

        Answer answer = releaser.post(ROLLBACK, "{\"to\":\"" + one.name() + "\"}");

        assertThat(answer.as(Release.class).build()).isEqualTo(one.name());
        assertThat(releaser.post(ROLLBACK, "{\"to\":\"" + never.name() + "\"}").status())
                .isEqualTo(409);
    }

    @Test
    void withOneBuildOnlyThereIsNothingToGoBackTo() {
        released(fleet.replicated("web"));

        assertThat(releaser.post(ROLLBACK, "").status()).isEqualTo(409);
    }

    @Test
    void reportsOfAgentsShowAsMachinesAndAsTimesOfTheRelease() {
        Release release = released(fleet.replicated("web"));
        ReportBatch batch = new ReportBatch(List.of(
                Fleet.report("eu-m1", ApiStack.EU, 1, release, AppState.HEALTHY, 1),
                Fleet.report("us-m1", ApiStack.US, 1, release, AppState.DOWNLOADING, 0.5)));

        Answer answer = agent.post("/api/v1/reports", Json.text(batch));

        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
        JsonNode machines = releaser.get("/api/v1/machines?region=eu").json().get("machines");
        assertThat(machines).hasSize(1);
        assertThat(machines.at("/0/live").asBoolean()).isTrue();
        assertThat(machines.at("/0/apps/0/state").asText()).isEqualTo("HEALTHY");
        assertThat(machines.at("/0/refused/UNSIGNED").asInt()).isEqualTo(1);
        JsonNode shown = releaser.get(RELEASES + "/" + release.id()).json();
        assertThat(shown.get("build_name").asText()).isEqualTo(release.build().value());
        assertThat(shown.get("flip_to_first_ms").asLong()).isNotNegative();
        assertThat(shown.get("flip_to_last_ms").asLong())
                .isGreaterThanOrEqualTo(shown.get("flip_to_first_ms").asLong());
    }

    @Test
    void anOlderReportChangesNothing() {
        Release release = released(fleet.replicated("web"));
        agent.post("/api/v1/reports", Json.text(batch(release, 2, AppState.HEALTHY)));

        agent.post("/api/v1/reports", Json.text(batch(release, 1, AppState.DOWNLOADING)));

        assertThat(releaser.get("/api/v1/machines")
                        .json()
                        .at("/machines/0/apps/0/state")
                        .asText())
                .isEqualTo("HEALTHY");
    }

    private static ReportBatch batch(Release release, long number, AppState state) {
        return new ReportBatch(List.of(Fleet.report("eu-m1", ApiStack.EU, number, release, state, 1)));
    }

    @Test
    void aBatchOfThousandsOfReportsIsTaken() {
        Release release = released(fleet.replicated("web"));
        ReportBatch batch = new ReportBatch(java.util.stream.IntStream.range(0, ReportBatch.MAX_REPORTS)
                .mapToObj(i -> Fleet.report("eu-m" + i, ApiStack.EU, 1, release, AppState.HEALTHY, 1))
                .toList());

        assertThat(agent.post("/api/v1/reports", Json.text(batch)).status()).isEqualTo(204);

        Awaitility.await("a fresh look").atMost(FRESH).untilAsserted(() -> {
            JsonNode overview = releaser.get("/api/v1/overview").json();
            assertThat(overview.at("/regions/0/live").asInt()).isEqualTo(ReportBatch.MAX_REPORTS);
            assertThat(overview.at("/tally/0/machines").asInt()).isEqualTo(ReportBatch.MAX_REPORTS);
        });
    }

    @Test
    void theOverviewShowsQueueBuildsAndReleases() {
        Build build = fleet.replicated("web");
        released(build);
        fleet.running("web");
        fleet.queued("web");

        Awaitility.await("a fresh look").atMost(FRESH).untilAsserted(() -> {
            JsonNode overview = releaser.get("/api/v1/overview").json();
            assertThat(overview.at("/queue/queued").asInt()).isEqualTo(1);
            assertThat(overview.at("/queue/running").asInt()).isEqualTo(1);
            assertThat(overview.at("/running/0/status").asText()).isEqualTo("running");
            assertThat(overview.at("/builds/0/build_name").asText())
                    .isEqualTo(build.name().value());
            assertThat(overview.at("/releases/0/status").asText()).isEqualTo("rolling");
            assertThat(overview.at("/temporal/namespace").asText()).isEqualTo("default");
        });
    }
}
