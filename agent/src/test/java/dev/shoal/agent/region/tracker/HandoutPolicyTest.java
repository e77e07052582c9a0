package dev.shoal.agent.region.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.region.tracker.HandoutPolicy.Candidate;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void choosesAMajorityOfTheOwnRackAndTheRestFromElsewhere() {
        List<Candidate<Integer>> candidates = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            candidates.add(new Candidate<>(i, 10, false, i < 50));
        }

        List<Integer> chosen = HandoutPolicy.choose(candidates, 20);

        assertThat(chosen).hasSize(20).doesNotHaveDuplicates();
        assertThat(chosen.stream().filter(i -> i < 50)).hasSize(12);
    }

    @Test
    void fillsUpFromTheOwnRackWhereThereIsNoOther() {
        List<Candidate<Integer>> candidates = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            candidates.add(new Candidate<>(i, 10, false, true));
        }

        assertThat(HandoutPolicy.choose(candidates, 20)).hasSize(20);
    }

    @Test
    void alwaysNamesSomeThatHaveDataButNoneThatCanHoldNoMore() {
        List<Candidate<Integer>> candidates = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            candidates.add(new Candidate<>(i, i < 5 ? 50 : 0, i < 10, false));
        }

        assertThat(HandoutPolicy.choose(candidates, 20)).contains(5, 6, 7, 8, 9).doesNotContain(0, 1, 2, 3, 4);
    }

    @Test
    void takesFullOnesOnlyWhenThereIsNobodyElse() {
        List<Candidate<Integer>> candidates =
                List.of(new Candidate<>(1, 80, false, true), new Candidate<>(2, 60, false, false));

        assertThat(HandoutPolicy.choose(candidates, 20)).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void callsTheLonelySoonAndTheSatisfiedLate() {
        assertThat(HandoutPolicy.interval(false, 0, 0)).isEqualTo(2);
        assertThat(HandoutPolicy.interval(false, 3, 3)).isEqualTo(5);
        assertThat(HandoutPolicy.interval(false, 20, 20)).isEqualTo(30);
        assertThat(HandoutPolicy.interval(true, 0, 0)).isEqualTo(30);
    }
}
