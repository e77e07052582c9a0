package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.region.origin.StripePolicy.Decision;
import dev.shoal.agent.region.origin.StripePolicy.Leecher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StripePolicyTest {
    private static final int PACE = 6;

    @Test
    void waitsForTheFirstLeecher() {
        assertThat(StripePolicy.decide(List.of(), PACE)).isEqualTo(new Decision.Wait());
    }

    @Test
    void givesASingleLeecherAllThatMayBeOnItsWay() {
        assertThat(StripePolicy.decide(List.of(leecher(1, 5, 5, 1)), PACE)).isEqualTo(new Decision.Offer(1));
        assertThat(StripePolicy.decide(List.of(leecher(1, 6, 6, 1)), PACE)).isEqualTo(new Decision.Wait());
    }

    @Test
    void servesTheOnesThatHadLeastFirst() {
        assertThat(StripePolicy.decide(List.of(leecher(1, 0, 4, 1), leecher(2, 0, 3, 1), leecher(3, 1, 1, 1)), PACE))
                .isEqualTo(new Decision.Offer(2));
    }

    @Test
    void hasNoMoreOnTheWayThanThePaceAllows() {
        List<Leecher> leechers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            leechers.add(leecher(i, i < 6 ? 1 : 0, 1, 1));
        }

        assertThat(StripePolicy.decide(leechers, PACE)).isEqualTo(new Decision.Wait());
    }

    @Test
    void passesOverOnesThatAreFourTimesSlowerWhileOthersCanTakeMore() {
        List<Leecher> leechers = List.of(leecher(1, 0, 1, 9), leecher(2, 1, 5, 2), leecher(3, 1, 5, 2));

        assertThat(StripePolicy.decide(leechers, PACE)).isEqualTo(new Decision.Offer(2));
    }

    @Test
    void feedsEvenSlowOnesWhenThereIsNobodyElse() {
        assertThat(StripePolicy.decide(
                        List.of(leecher(1, 0, 1, 9), new Leecher(2, 1, 5, 2, true), new Leecher(3, 1, 5, 2, true)),
                        PACE))
                .isEqualTo(new Decision.Offer(1));
    }

    @Test
    void neitherFeedsAStalledOneNorCountsWhatItWasOffered() {
        assertThat(StripePolicy.decide(List.of(new Leecher(1, 6, 6, 1, true), leecher(2, 0, 0, 0)), PACE))
                .isEqualTo(new Decision.Offer(2));
    }

    @Test
    void asksOneAfterTheOtherWhenAllHaveStalled() {
        Leecher first = new Leecher(1, 0, 7, 0, true);
        Leecher second = new Leecher(2, 0, 6, 0, true);
        Leecher busy = new Leecher(3, 1, 1, 0, true);

        assertThat(StripePolicy.decide(List.of(first, second, busy), PACE)).isEqualTo(new Decision.Offer(2));
        assertThat(StripePolicy.decide(List.of(busy), PACE)).isEqualTo(new Decision.Wait());
    }

    @Test
    void givesAnOfferUpWhenNoByteMovesForThreeSeconds() {
        assertThat(StripePolicy.isLost(2.9, 2.9, false, 1)).isFalse();
        assertThat(StripePolicy.isLost(3.1, 3.1, false, 1)).isTrue();
    }

    @Test
    void givesAnOfferUpThatMovesFarMoreSlowlyThanOthers() {
        assertThat(StripePolicy.isLost(0.1, 6.9, false, 1)).isFalse();
        assertThat(StripePolicy.isLost(0.1, 7.1, false, 1)).isTrue();
        assertThat(StripePolicy.isLost(0.1, 60, false, 0)).isFalse();
    }

    @Test
    void waitsLongerForTheWordThatWhatWasSentHasArrived() {
        assertThat(StripePolicy.isLost(9, 60, true, 1)).isFalse();
        assertThat(StripePolicy.isLost(11, 60, true, 1)).isTrue();
    }

    @Test
    void widensItsPaceWhileThatHelpsAndNarrowsItAgain() {
        Pace pace = Pace.first().after(100);
        assertThat(pace.open()).isEqualTo(Pace.LEAST);

        Pace wider = pace.after(150).after(220);
        assertThat(wider.open()).isGreaterThan(Pace.LEAST + 3);
        Pace later = wider;
        for (int i = 0; i < 200; i++) {
            later = later.after(220);
            assertThat(later.open()).isBetween(Pace.LEAST, 40);
        }
    }

    private static Leecher leecher(int id, int open, int taken, double pieceSeconds) {
        return new Leecher(id, open, taken, pieceSeconds, false);
    }
}
