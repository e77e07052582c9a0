package dev.shoal.agent.region.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.region.tracker.HandoutPolicy.Candidate;
import dev.shoal.agent.region.tracker.HandoutPolicy.Place;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HandoutPolicyTest {
    @Test
    void tellsANewcomerOfTwoFifthsOfWhatItCanHoldAndALeecherThatHasEnoughOfAFew() {
        assertThat(HandoutPolicy.size(0, 50, false)).isEqualTo(20);
        assertThat(HandoutPolicy.size(0, 7, false)).isEqualTo(7);
        assertThat(HandoutPolicy.size(30, 50, false)).isEqualTo(10);
        assertThat(HandoutPolicy.size(60, 50, false)).isEqualTo(4);
        assertThat(HandoutPolicy.size(60, 50, true)).isZero();
    }

    private static List<Candidate<Integer>> candidates(int count, IntFunction<Candidate<Integer>> one) {
        return IntStream.range(0, count).mapToObj(one).toList();
    }

    @Test
    void choosesTheOwnRackAndAFewFromElsewhere() {
        List<Candidate<Integer>> half =
                candidates(100, i -> new Candidate<>(i, 10, i % 3 == 0, i < 50 ? Place.NEAR : Place.FAR));

        List<Integer> chosen = HandoutPolicy.choose(half, 20, 2);

        assertThat(chosen).hasSize(20).doesNotHaveDuplicates();
        assertThat(chosen.stream().filter(i -> i < 50)).hasSize(18);
    }

    @Test
    void fillsUpFromTheOwnRackWhereThereIsNoOtherAndNotTheOtherWayRound() {
        List<Candidate<Integer>> near = candidates(30, i -> new Candidate<>(i, 10, false, Place.NEAR));
        List<Candidate<Integer>> far = candidates(30, i -> new Candidate<>(i, 10, i < 9, Place.FAR));

        assertThat(HandoutPolicy.choose(near, 20, 2)).hasSize(20);
        assertThat(HandoutPolicy.choose(far, 20, 2)).hasSize(2);
    }

    @Test
    void whereNobodySaysWhereItStandsAllAreAlike() {
        List<Candidate<Integer>> unknown = candidates(30, i -> new Candidate<>(i, 10, i < 9, Place.UNKNOWN));

        assertThat(HandoutPolicy.choose(unknown, 20, 2)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void alwaysNamesSomeThatHaveDataButNoneThatCanHoldNoMore() {
        List<Candidate<Integer>> candidates =
                candidates(60, i -> new Candidate<>(i, i < 5 ? 50 : 0, i < 10, Place.UNKNOWN));

        assertThat(HandoutPolicy.choose(candidates, 20, 2))
                .contains(5, 6, 7, 8, 9)
                .doesNotContain(0, 1, 2, 3, 4);
    }

    @Test
    void whoHasDataInAnotherRackComesOutOfTheShareOfOtherRacks() {
        List<Candidate<Integer>> candidates =
                candidates(60, i -> new Candidate<>(i, 0, i < 10, i < 40 ? Place.FAR : Place.NEAR));

        List<Integer> chosen = HandoutPolicy.choose(candidates, 20, 2);

        assertThat(chosen.stream().filter(i -> i < 40)).hasSize(2).allMatch(i -> i < 10);
        assertThat(chosen).hasSize(20);
    }

    @Test
    void takesFullOnesOnlyWhenThereIsNobodyElse() {
        List<Candidate<Integer>> candidates =
                List.of(new Candidate<>(1, 80, false, Place.NEAR), new Candidate<>(2, 60, false, Place.FAR));

        assertThat(HandoutPolicy.choose(candidates, 20, 2)).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aRackThatTurnsOutToBeSmallIsMadeUpForFromElsewhere() {
        assertThat(HandoutPolicy.farSize(20, 0, 0, true)).isEqualTo(1);
        assertThat(HandoutPolicy.farSize(20, 4, 0, false)).isEqualTo(20);
        assertThat(HandoutPolicy.farSize(20, 4, 1, false)).isEqualTo(11);
        assertThat(HandoutPolicy.farSize(20, 1, 2, false)).isEqualTo(2);
        assertThat(HandoutPolicy.farSize(20, 1, 3, false)).isEqualTo(1);
        assertThat(HandoutPolicy.farSize(1, 0, 30, false)).isEqualTo(1);
        assertThat(HandoutPolicy.farSize(20, 4, 30, false)).isZero();
    }

    @Test
    void callsTheLonelySoonAndTheSatisfiedLate() {
        assertThat(HandoutPolicy.interval(false, 0, 0)).isEqualTo(2);
        assertThat(HandoutPolicy.interval(false, 3, 3)).isEqualTo(5);
        assertThat(HandoutPolicy.interval(false, 20, 20)).isEqualTo(30);
        assertThat(HandoutPolicy.interval(true, 0, 0)).isEqualTo(30);
    }
}
