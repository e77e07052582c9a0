package dev.shoal.simulation.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.simulation.report.Browser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadPageInABrowserTest {
    @Test
    void aBrowserDrawsEveryPlotWithItsSeriesAndComplainsOfNothing(@TempDir Path directory) throws Exception {
        Browser.Seen seen = Browser.open(LoadPage.of(Reports.report()), directory);

        assertThat(seen.console()).isEmpty();
        assertThat(seen.title()).isEqualTo("Load: burst");
        assertThat(seen.wide()).isFalse();
        assertThat(seen.pictures()).allSatisfy(picture -> {
            assertThat(picture.width()).as(picture.name()).isGreaterThan(500);
            assertThat(picture.height()).as(picture.name()).isGreaterThan(30);
            assertThat(picture.marks()).as(picture.name()).isPositive();
            assertThat(picture.outside()).as(picture.name()).isEmpty();
        });
        assertThat(seen.pictures()).extracting(Browser.Picture::series).containsExactly(1, 2, 1, 0, 0, 0);
    }
}
