package dev.shoal.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.json.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobRequestTest {
    private static final JobSource SOURCE = new JobSource.Directory("/src");

    /** A key that was used before an upgrade must mean the same after it: the hash of these bytes is in the row. */
    @Test
    void aRequestThatAsksForNothingNewHasTheBytesThatItAlwaysHad() {
        String bytes = "{\"app\":\"web\",\"priority\":100,\"regions\":[],\"release\":false,"
                + "\"source\":{\"type\":\"directory\",\"path\":\"/src\"}}";

        assertThat(Json.text(new JobRequest(new AppName("web"), SOURCE, 100, false, List.of())))
                .isEqualTo(bytes);
        assertThat(Json.text(new JobRequest(
                        new AppName("web"),
                        SOURCE,
                        100,
                        false,
                        List.of(),
                        Optional.of(Completeness.ALL),
                        Optional.of(JobLimits.NONE))))
                .isEqualTo(bytes);
        assertThat(Json.read(bytes, JobRequest.class).policy()).isEmpty();
    }

    @Test
    void aPolicyIsPartOfTheRequest() {
        JobRequest request = new JobRequest(
                new AppName("web"), SOURCE, 100, true, List.of(), Optional.of(new Completeness(2)), Optional.empty());

        assertThat(Json.text(request)).contains("\"policy\":\"all-but-2\"");
        assertThat(Json.read(Json.text(request), JobRequest.class)).isEqualTo(request);
    }
}
