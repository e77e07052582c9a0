package dev.shoal.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.simulation.arrivals.Arrival;
import dev.shoal.simulation.arrivals.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadReportTest {
    private static final Path GOLDENS = Path.of("src/test/resources/load");

    @Test
    void theTextIsAsItsGoldenSays() throws IOException {
        assertGolden("burst.txt", LoadText.of(Reports.report()));
    }

    @Test
    void thePageIsAsItsGoldenSaysAndNamesNothingOutsideItself() throws IOException {
        String html = LoadPage.of(Reports.report());

        assertGolden("burst.html", html);
        assertThat(html)
                .contains("&lt;here&gt;")
                .doesNotContain("<here>", "http:", "https:", "<script", "@import", "url(");
    }

    private static void assertGolden(String name, String text) throws IOException {
        Path golden = GOLDENS.resolve(name);
        if (Boolean.getBoolean("shoal.golden.write")) {
            Files.createDirectories(GOLDENS);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    @Test
    void anOpenOrDoubledJobIsNotAccountedFor() {
        assertThat(Reports.report().isAccounted()).isFalse();
        assertThat(Reports.report().text()).contains("NOT every job is accounted for");
    }

    @Test
    void aQueueThatAgesAllTheTimeDriftsAndAFlatOneDoesNot() {
        List<Sample> ageing = IntStream.range(0, 90)
                .mapToObj(s -> new Sample(s, 1, s / 10.0, 1, s, s, 0))
                .toList();
        List<Sample> flat = IntStream.range(0, 90)
                .mapToObj(s -> new Sample(s, 1, 0.5 + s % 3, 1, s, s, 0))
                .toList();

        assertThat(QueueAge.of(ageing, 90).driftSeconds()).isCloseTo(6, within(0.2));
        assertThat(QueueAge.of(flat, 90).driftSeconds()).isCloseTo(0, within(0.1));
        assertThat(QueueAge.of(ageing, 30).maxSeconds()).isCloseTo(3, within(0.01));
        assertThat(QueueAge.of(List.of(), 30).samples()).isZero();
    }

    @Test
    void aStageCountsTheJobsThatCameToBothItsEnds() {
        Journey journey = Reports.journeys(250).getFirst();

        assertThat(journey.between(Point.SUBMIT, Point.QUEUED)).isEqualTo(OptionalLong.of(40));
        assertThat(journey.between(Point.CLAIMED, Point.RUNNING)).isEqualTo(OptionalLong.of(160));
        assertThat(journey.between(Point.RUNNING, Point.UPLOADED)).isEmpty();
        assertThat(new Stage(Point.SUBMIT, Point.ACTIVE).over(List.of(journey)).count())
                .isZero();
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> options(Profile.BURST, 50, null, null)).hasMessageContaining("--builds");
        assertThatThrownBy(() -> options(Profile.DAY, null, 3.0, null)).hasMessageContaining("--compress");
        assertThatThrownBy(() -> options(Profile.STEADY, 5, null, Duration.ofMinutes(1)))
                .hasMessageContaining("exclude");
        assertThatThrownBy(() -> options(Profile.STEADY, 0, null, null)).hasMessageContaining("--builds");
        assertThat(options(Profile.STEADY, null, 2.0, Duration.ofMinutes(1)).plan())
                .hasSize(120);
        assertThat(options(Profile.STEADY, null, null, null).plan()).hasSize(50);
    }

    @Test
    void aWarmUpIsSteadyAtTheRateOfThePlanAndReleasesNothing() {
        List<Arrival> warmUp =
                options(Profile.STEADY, null, 2.0, Duration.ofMinutes(1)).warmUp(Duration.ofSeconds(30));

        assertThat(warmUp.size()).isBetween(59, 62);
        assertThat(warmUp).noneMatch(Arrival::release);
        assertThat(warmUp.getLast().at()).isBetween(Duration.ofSeconds(28), Duration.ofSeconds(31));
        assertThatThrownBy(() -> options(Profile.STEADY, 5, null, null).warmUp(Duration.ZERO))
                .hasMessageContaining("--warm-up");
    }

    private static LoadOptions options(
            Profile profile,
            @org.jspecify.annotations.Nullable Integer builds,
            @org.jspecify.annotations.Nullable Double rate,
            @org.jspecify.annotations.Nullable Duration length) {
        return new LoadOptions(
                profile,
                Optional.ofNullable(builds),
                Optional.ofNullable(rate),
                Optional.ofNullable(length),
                50,
                10,
                false);
    }
}
