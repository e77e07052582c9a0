package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.consul.ConsulKv;
import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.consul.KvWatch;
import dev.shoal.agent.testkit.ConsulServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PointerWatchesTest {
    @Test
    void machinesThatNameTheirAppsWatchTheirPointersAndNoOthers() {
        assertThat(PointerWatches.prefixes(List.of(List.of("web"), List.of("mail", "web"))))
                .containsExactly("shoal/apps/mail/version", "shoal/apps/web/version");
    }

    @Test
    void oneWatchReadsEverythingForAllAppsOrForTooMany() {
        List<String> many = IntStream.rangeClosed(0, PointerWatches.MOST)
                .mapToObj(i -> "app-" + i)
                .toList();

        assertThat(PointerWatches.prefixes(List.of(List.of("web"), List.of("*"))))
                .containsExactly("shoal/apps/");
        assertThat(PointerWatches.prefixes(List.of(many))).containsExactly("shoal/apps/");
        assertThat(PointerWatches.prefixes(List.of(many.subList(1, many.size()))))
                .hasSize(PointerWatches.MOST);
    }

    @Test
    void newsOfEachAppComesAndThatOfOthersIsNotEvenRead(@TempDir Path directory) {
        List<List<KvEntry>> heard = new CopyOnWriteArrayList<>();
        try (ConsulServer server = ConsulServer.start("eu", directory)) {
            server.put("shoal/apps/web/version", "1".getBytes(StandardCharsets.UTF_8));
            server.put("shoal/apps/web2/version", "1".getBytes(StandardCharsets.UTF_8));
            try (PointerWatches watches = PointerWatches.start(
                    List.of("shoal/apps/mail/version", "shoal/apps/web/version"),
                    () -> new ConsulKv(server.url(), Optional.empty(), Optional.empty(), Duration.ofSeconds(2)),
                    heard::add)) {
                await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 1);

                server.put("shoal/apps/mail/version", "1".getBytes(StandardCharsets.UTF_8));
                await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 2);
                server.put("shoal/apps/web/version", "2".getBytes(StandardCharsets.UTF_8));
                await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 3);

                assertThat(heard.stream().flatMap(List::stream).map(KvEntry::key))
                        .containsExactly("shoal/apps/web/version", "shoal/apps/mail/version", "shoal/apps/web/version");
                assertThat(watches.state()).isEqualTo(KvWatch.State.OK);
            }
        }
    }
}
