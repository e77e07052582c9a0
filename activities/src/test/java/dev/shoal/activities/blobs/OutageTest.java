package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.RegionName;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class OutageTest {
    private static final Instant START = Instant.parse("2026-11-22T21:00:00Z");
    private static final RegionName EU = new RegionName("eu");
    private static final RegionName US = new RegionName("us");

    private Instant now = START;
    private final InstantSource source = () -> now;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final RegionLane lane = new RegionLane(EU, new BufferBudget(1 << 20), clock);
    private final AtomicInteger calls = new AtomicInteger();

    private GateCheck failing(RegionName region) {
        return lane.check(() -> {
            calls.incrementAndGet();
            throw new BlobStoreException(region, "k", "looking failed", SdkClientException.create("timed out"));
        });
    }

    private GateCheck working() {
        return lane.check(() -> {
            calls.incrementAndGet();
            return new GateCheck.NotYet("no object");
        });
    }

    @Test
    void whoeverAsksARegionThatIsAwayIsToldAtOnceAndWithoutACall() {
        GateCheck first = failing(EU);

        assertThat(first)
                .isInstanceOfSatisfying(
                        GateCheck.Away.class,
                        away -> assertThat(away.reason()).contains("region eu", "since " + START, "looking failed"));
        assertThat(working()).isInstanceOf(GateCheck.Away.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void oneCallerAtATimeLooksWhetherItIsBackAndMoreRarelyTheLongerItIsAway() {
        int looks = 0;
        for (int second = 0; second < 3600; second++) {
            now = START.plusSeconds(second);
            int before = calls.get();
            failing(EU);
            failing(EU);
            failing(EU);
            assertThat(calls.get() - before).isLessThanOrEqualTo(1);
            looks += calls.get() - before;
        }

        // 1, 2, 4, 8, 16 and then every 30 seconds.
        assertThat(looks).isBetween(118, 126);
    }

    @Test
    void aTrialThatNeverReportsDoesNotKeepTheOthersOutForEver() {
        Outage outage = Outage.after(Optional.empty(), START, "x").trying(START.plusSeconds(5));

        assertThat(outage.mayTry(START.plusSeconds(5))).isFalse();
        assertThat(outage.mayTry(START.plusSeconds(6))).isTrue();
        assertThat(outage.since()).isEqualTo(START);
    }

    @Test
    void oneAnswerEndsIt() {
        failing(EU);
        now = START.plusSeconds(2);

        assertThat(working()).isInstanceOf(GateCheck.NotYet.class);
        assertThat(working()).isInstanceOf(GateCheck.NotYet.class);
    }

    @Test
    void anotherRegionsFailureIsNotThisOnes() {
        assertThatThrownBy(() -> failing(US)).isInstanceOf(BlobStoreException.class);

        assertThat(working()).isInstanceOf(GateCheck.NotYet.class);
    }

    @Test
    void copiesBeyondTheLanesShareAreDeferred() {
        CopyResult fifth = lane.copy(() -> lane.copy(() -> lane.copy(() -> lane.copy(() -> lane.copy(() -> {
            throw new AssertionError("there was room for a fifth");
        })))));

        assertThat(fifth).isInstanceOfSatisfying(CopyResult.Deferred.class, deferred -> {
            assertThat(deferred.reason()).contains("busy");
            assertThat(deferred.retryAfter()).isPositive();
        });
        assertThat(lane.copy(CopyResult.Done::new)).isInstanceOf(CopyResult.Done.class);
    }
}
