package dev.shoal.workerhost;

import static io.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED;
import static io.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.HostId;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlierProcessTest {
    private static final HostId HOST = new HostId("build-1");

    @Test
    void givesBackOnlyWhatAnEarlierProcessOfThisHostHadBegun() {
        List<PendingActivityInfo> pending = List.of(
                activity("mine", "build-1@22", PENDING_ACTIVITY_STATE_STARTED),
                activity("earlier", "build-1@21", PENDING_ACTIVITY_STATE_STARTED),
                activity("waiting", "build-1@21", PENDING_ACTIVITY_STATE_SCHEDULED),
                activity("other host", "build-11@21", PENDING_ACTIVITY_STATE_STARTED),
                activity("copy", "release@21", PENDING_ACTIVITY_STATE_STARTED));

        assertThat(EarlierProcess.orphans(pending, HOST, EarlierProcess.identity(HOST, 22)))
                .containsExactly("earlier");
    }

    private static PendingActivityInfo activity(String id, String identity, PendingActivityState state) {
        return PendingActivityInfo.newBuilder()
                .setActivityId(id)
                .setLastWorkerIdentity(identity)
                .setState(state)
                .build();
    }
}
