package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeficitTest {
    @Test
    void enoughTicketsMeanNothingToDo() {
        assertThat(Deficit.NONE.see(5, 5)).isEqualTo(new Deficit.Step(Deficit.NONE, 0));
        assertThat(Deficit.NONE.see(1, 7)).isEqualTo(new Deficit.Step(Deficit.NONE, 0));
    }

    @Test
    void aDeficitSeenOnceIsOnlyRemembered() {
        assertThat(Deficit.NONE.see(5, 2)).isEqualTo(new Deficit.Step(new Deficit(3), 0));
    }

    @Test
    void aDeficitSeenTwiceIsMadeUpFor() {
        assertThat(new Deficit(3).see(5, 2)).isEqualTo(new Deficit.Step(Deficit.NONE, 3));
    }

    @Test
    void onlyWhatWasMissingBothTimesIsStarted() {
        assertThat(new Deficit(1).see(9, 2).ticketsToStart()).isEqualTo(1);
        assertThat(new Deficit(5).see(4, 2).ticketsToStart()).isEqualTo(2);
    }

    @Test
    void aDeficitThatWentAwayIsForgotten() {
        assertThat(new Deficit(3).see(2, 2)).isEqualTo(new Deficit.Step(Deficit.NONE, 0));
    }
}
