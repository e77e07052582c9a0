package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.job.JobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test server does not skip the time in which nobody takes a step: this takes the 20 s that a host has for it. */
@Timeout(60)
class HostLossTest {
    @Test
    void aDeadHostsJobIsClaimedAgainWithTheNextAttempt() {
        try (Stage stage = new Stage(600, "h2")) {
            World world = stage.world.claimedBy("dead", "h2");

            assertThat(stage.runTicket().status()).contains(JobStatus.SUCCESS);
            assertThat(world.journal())
                    .startsWith(
                            "claim first",
                            "lost 1: the host did not take its next step",
                            "claim again after 1",
                            "build 2 on h2")
                    .contains("success 7#2");
            stage.record("ticket-7", "host-lost");
        }
    }
}
