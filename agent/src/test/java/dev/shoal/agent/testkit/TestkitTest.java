package dev.shoal.agent.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixtures themselves: a broken one would make every other test here lie. */
class TestkitTest {
    @Test
    void consulForgetsWhenItIsRestarted(@TempDir Path directory) {
        try (ConsulServer consul = ConsulServer.start("eu", directory)) {
            consul.put("a", "1".getBytes(StandardCharsets.UTF_8));
            assertThat(consul.get("a")).contains("1".getBytes(StandardCharsets.UTF_8));

            consul.restart();

            assertThat(consul.get("a")).isEmpty();
        }
    }

    @Test
    void s3KeepsObjectsWhileItIsAway(@TempDir Path directory) {
        TestRelease release = TestRelease.ofRandomBytes(1 << 20, 1);
        try (S3Server s3 = S3Server.start(directory)) {
            release.uploadTo(s3);

            s3.stop();
            s3.restart();

            try (var client = s3.client()) {
                assertThat(client.getObjectAsBytes(get -> get.bucket(S3Server.BUCKET)
                                        .key(release.artifact().key()))
                                .asByteArray())
                        .isEqualTo(release.bytes());
            }
        }
    }
}
