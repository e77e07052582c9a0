package dev.shoal.simulation.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresExtension;
import dev.shoal.activities.jobs.PostgresJobStore;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the simulation says holds for Postgres only as far as its twin of the job store is the same: random calls, the same to both,
 * are answered alike.
 */
@Timeout(120)
class StoresAgreeTest {
    private static final int CALLS = 250;
    private static final int SEEDS = 12;

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theTwinAnswersRandomCallsAsPostgresDoes(long seed) {
        AtomicLong ticks = new AtomicLong();
        StoreCaller postgres = new StoreCaller(new PostgresJobStore(POSTGRES.database()), new SplittableRandom(seed));
        StoreCaller twin = caller(seed, UnaryOperator.identity(), ticks);

        for (int call = 1; call <= CALLS; call++) {
            String answer = postgres.call();

            assertThat(twin.call()).as("call %d of seed %d", call, seed).isEqualTo(answer);
            assertThat(twin.state())
                    .as("rows after call %d of seed %d: %s", call, seed, answer)
                    .isEqualTo(postgres.state());
        }
    }

    /** Without this the test above might be one that cannot fail. */
    @ParameterizedTest
    @EnumSource(
            value = Mutants.class,
            names = {
                "A_CLAIM_TAKES_THE_SECOND_JOB",
                "A_CLAIM_SETS_TWO_JOBS_GOING",
                "A_CLAIM_IS_NOT_IDEMPOTENT",
                "A_RECLAIM_KEEPS_THE_ATTEMPT",
                "A_HEARTBEAT_IS_NOT_FENCED",
                "A_SUCCESS_IS_NOT_FENCED",
                "A_LOSS_IS_NOT_FENCED"
            })
    void aStoreThatDiffersIsNoticed(Mutants mutant) {
        boolean noticed = LongStream.rangeClosed(1, SEEDS).anyMatch(seed -> {
            AtomicLong ticks = new AtomicLong();
            StoreCaller twin = caller(seed, UnaryOperator.identity(), ticks);
            StoreCaller other = caller(seed, mutant.mutation().store(), ticks);
            return IntStream.range(0, CALLS)
                    .anyMatch(call ->
                            !twin.call().equals(other.call()) || !twin.state().equals(other.state()));
        });

        assertThat(noticed).isTrue();
    }

    private static StoreCaller caller(long seed, UnaryOperator<JobStore> mutation, AtomicLong ticks) {
        return new StoreCaller(
                mutation.apply(new InMemoryJobStore(() -> Instant.EPOCH.plusMillis(ticks.incrementAndGet()))),
                new SplittableRandom(seed));
    }
}
