package dev.shoal.dev.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.dev.chaos.Faults.Fate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static Faults seeded(long seed, double errors, double cuts) {
        return new Faults(seed, errors, cuts, 0.1, 0, 0, false, false, false, 0);
    }

    private static List<Fate> fates(Faults faults) {
        return IntStream.range(0, 4000)
                .mapToObj(i -> faults.fate("GET /shoal/key-" + i % 40, i / 40))
                .toList();
    }

    private static long count(Faults faults, Predicate<Fate> which) {
        return fates(faults).stream().filter(which).count();
    }

    @Test
    void theSameSeedStrikesTheSameRequestsAndAnotherOneOthers() {
        assertThat(fates(seeded(7, 0.2, 0.1))).isEqualTo(fates(seeded(7, 0.2, 0.1)));
        assertThat(fates(seeded(7, 0.2, 0.1))).isNotEqualTo(fates(seeded(8, 0.2, 0.1)));
    }

    @Test
    void ratesAreSharesOfTheRequests() {
        assertThat(count(seeded(1, 0.2, 0), Fate::error)).isBetween(700L, 900L);
        assertThat(count(seeded(1, 0.2, 0.5), Fate::cut)).isBetween(1850L, 2150L);
        assertThat(count(seeded(1, 0, 0), Fate::corrupt)).isBetween(300L, 500L);
        assertThat(count(Faults.NONE, fate -> fate.error() || fate.cut() || fate.corrupt()))
                .isZero();
        assertThat(count(Faults.errors(1), Fate::error)).isEqualTo(4000);
    }

    @Test
    void aRateDoesNotMoveTheVictimsOfAnother() {
        assertThat(fates(seeded(3, 0, 0.1)).stream().map(Fate::corrupt))
                .containsExactlyElementsOf(
                        fates(seeded(3, 0.9, 0.9)).stream().map(Fate::corrupt).toList());
    }

    @Test
    void refusesWhatIsNoRate() {
        assertThatThrownBy(() -> Faults.errors(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Faults.cuts(-0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Faults.corruption(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Faults.bandwidth(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
