package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SwarmReportTest {
    private static SwarmFigures figures(List<Double> touched, double originShare, double idle, double nice) {
        return figures(touched, originShare, Double.NaN, idle, nice);
    }

    private static SwarmFigures figures(
            List<Double> touched, double originShare, double ownRack, double idle, double nice) {
        List<Double> seconds =
                IntStream.rangeClosed(1, 10).mapToObj(i -> 20.0 - i).toList();
        return new SwarmFigures(
                "shoal",
                "slow",
                seconds,
                touched,
                16,
                originShare,
                1.04,
                ownRack,
                2.345,
                9,
                123.4,
                256 << 20,
                idle,
                nice);
    }

    @Test
    void aReleaseIsALineOfTheTable() {
        assertThat(String.join(
                        "\n",
                        SwarmReport.header(),
                        SwarmReport.line(figures(List.of(31.0, 44.0), 1.07, 0.41, 0.05)),
                        SwarmReport.line(figures(List.of(), Double.NaN, 0.41, 0))))
                .isEqualTo("""
                        who        case        slowest s     bound       p50       p99   touched  origin/F    recv/F  own rack     cpu s       MiB     MiB/s cpu s/GiB    idle %    nice %
                        shoal      slow             19.0    1.188x      14.0      19.0      44.0      1.07      1.04         -       2.3       123     161.7     12.38        41         5
                        shoal      slow             19.0    1.188x      14.0      19.0         -         -      1.04         -       2.3       123     134.7     12.98        41         0""");
    }

    @Test
    void aBusyComputerMakesTheFiguresDoubtfulAndProgramsThatGiveWayDoNot() {
        assertThat(SwarmReport.doubts(figures(List.of(), 1, 0.2, 0.01)))
                .singleElement()
                .asString()
                .contains("20 % idle");
        assertThat(SwarmReport.doubts(figures(List.of(), 1, 0.2, 0.1))).isEmpty();
        assertThat(SwarmReport.doubts(figures(List.of(), 1, 0.3, 0))).isEmpty();
    }

    @Test
    void withRacksALineSaysWhatCameFromTheOwnOne() {
        assertThat(SwarmReport.racks(figures(List.of(1.0, 2.0), 1.07, 0.6, 0.4, 0), 2 / 11.0))
                .containsExactly(
                        "60 % of what machines received came from their own rack (18 % of the others stand there); 1.25 F entered each rack");
        assertThat(SwarmReport.racks(figures(List.of(), 1.07, 0.4, 0), Double.NaN))
                .isEmpty();
    }

    @Test
    void aReleaseWithoutAnUntouchedMachineHasNoFigures() {
        assertThatThrownBy(
                        () -> new SwarmFigures("shoal", "slow", List.of(), List.of(1.0), 1, 1, 1, 1, 1, 1, 1, 1, 1, 0))
                .hasMessageContaining("untouched");
    }
}
