package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.model.Digest;
import dev.shoal.model.pointer.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineDiskTest {
    private static final TestArtifact ARTIFACT = TestArtifact.random(1, 20_000, 16 << 10);

    @TempDir
    Path dir;

    @Test
    void theStateComesBackAsItWasWritten() {
        DurableState state = state(3);

        new StateFile(dir).write(state);

        assertThat(new StateFile(dir).read()).isEqualTo(state);
    }

    @Test
    void aTornWriteLeavesTheStateBefore() throws IOException {
        StateFile file = new StateFile(dir);
        file.write(state(1));
        file.write(state(2));
        byte[] whole = Files.readAllBytes(dir.resolve("state.json"));

        Files.write(dir.resolve("state.json.tmp"), java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThat(new StateFile(dir).read()).isEqualTo(state(2));

        Files.delete(dir.resolve("state.json"));
        Files.write(dir.resolve("state.json"), java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThat(new StateFile(dir).read()).isEqualTo(state(1));
    }

    @Test
    void anUnreadableStateIsAnErrorAndNotAFreshStart() throws IOException {
        Files.writeString(dir.resolve("state.json"), "{");

        assertThatThrownBy(() -> new StateFile(dir).read()).isInstanceOf(MachineException.class);
    }

    @Test
    void currentSwitchesFromOneVersionToAnotherAndIsNeverMissing() throws Exception {
        AppDirectory app = new AppDirectory(dir.toRealPath(), Pointers.APP);
        Path file = Files.write(dir.resolve("verified"), ARTIFACT.bytes());
        Pointer one = pointer(1);
        Pointer two = pointer(2);
        app.stage(one, file);
        app.stage(two, file);
        app.switchTo(one);
        Thread reader = Thread.ofPlatform().unstarted(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                if (!Files.exists(app.current().resolve("app"))) {
                    throw new IllegalStateException("current was gone");
                }
            }
        });
        Throwable[] failure = new Throwable[1];
        reader.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
        reader.start();

        for (int i = 0; i < 200; i++) {
            app.switchTo(i % 2 == 0 ? two : one);
        }

        reader.interrupt();
        reader.join();
        assertThat(failure[0]).isNull();
        assertThat(app.running()).contains(one);
    }

    @Test
    void anInterruptedStagingIsBegunAgain() throws Exception {
        AppDirectory app = new AppDirectory(dir.toRealPath(), Pointers.APP);
        Path file = Files.write(dir.resolve("verified"), ARTIFACT.bytes());
        Path left = Files.createDirectories(dir.resolve("apps/hello/staging/1-hello-1"));
        Files.writeString(left.resolve("half"), "x");

        app.stage(pointer(1), file);

        assertThat(app.version(pointer(1)).resolve("half")).doesNotExist();
        assertThat(app.version(pointer(1)).resolve("app")).hasBinaryContent(ARTIFACT.bytes());
    }

    @Test
    void cleaningKeepsTheNewestTheNeededTheRunningAndWhatCameLater() throws Exception {
        AppDirectory app = new AppDirectory(dir.toRealPath(), Pointers.APP);
        Path file = Files.write(dir.resolve("verified"), ARTIFACT.bytes());
        for (int seq = 1; seq <= 8; seq++) {
            app.stage(pointer(seq), file);
        }
        app.switchTo(pointer(2));

        app.clean(Set.of(AppDirectory.versionName(pointer(1))), Set.of(4L), 7, 3);

        assertThat(app.present())
                .containsExactly("8-hello-8", "7-hello-7", "6-hello-6", "4-hello-4", "2-hello-2", "1-hello-1");
    }

    @Test
    void aDownloadIsVerifiedOnlyWithTheWholeDigest() throws IOException {
        Downloads downloads = new Downloads(dir, Optional.of(new BootId("one")));
        downloads.keepMetainfo(ARTIFACT.metainfo());
        byte[] wrong = ARTIFACT.bytes().clone();
        wrong[19_999] ^= 1;
        Files.write(downloads.file(ARTIFACT.metainfo().digest()), wrong);

        assertThat(downloads.verify(ARTIFACT.metainfo().digest(), wrong.length)).isFalse();
        assertThat(downloads.isVerified(ARTIFACT.metainfo().digest())).isFalse();

        Files.write(downloads.file(ARTIFACT.metainfo().digest()), ARTIFACT.bytes());
        assertThat(downloads.verify(ARTIFACT.metainfo().digest(), wrong.length)).isTrue();
        assertThat(downloads.isVerified(ARTIFACT.metainfo().digest())).isTrue();
        assertThat(downloads.metainfo(ARTIFACT.metainfo().digest())).contains(ARTIFACT.metainfo());
        assertThat(downloads.superfluous(Set.of()))
                .containsExactly(ARTIFACT.metainfo().digest());
    }

    @Test
    void marksAreForgottenWithTheBootThatTheyWereMadeIn() throws IOException {
        Optional<BootId> boot = Optional.of(new BootId("one"));
        Digest digest = ARTIFACT.metainfo().digest();
        marked(new Downloads(dir, boot));
        assertThat(new Downloads(dir, boot).isVerified(digest)).isTrue();
        assertThat(new Downloads(dir, boot).resumeData(digest)).exists();

        Downloads next = new Downloads(dir, Optional.of(new BootId("two")));

        assertThat(next.isVerified(digest)).isFalse();
        assertThat(next.resumeData(digest)).doesNotExist();
        assertThat(next.file(digest)).exists();
        assertThat(next.metainfo(digest)).contains(ARTIFACT.metainfo());
    }

    @Test
    void marksAreNeverBelievedWhereTheSystemNamesNoBoot() throws IOException {
        Digest digest = ARTIFACT.metainfo().digest();
        assertThat(BootId.read(dir.resolve("missing"))).isEmpty();
        assertThat(BootId.read(Files.writeString(dir.resolve("blank"), "\n"))).isEmpty();
        marked(new Downloads(dir, Optional.empty()));

        assertThat(new Downloads(dir, Optional.empty()).isVerified(digest)).isFalse();

        marked(new Downloads(dir, Optional.empty()));
        assertThat(new Downloads(dir, Optional.of(new BootId("one"))).isVerified(digest))
                .isFalse();
    }

    @Test
    void marksOfAnAgentThatKnewNoBootsAreForgotten() throws IOException {
        Digest digest = ARTIFACT.metainfo().digest();
        marked(new Downloads(dir, Optional.of(new BootId("one"))));
        Files.delete(dir.resolve("downloads/boot"));

        assertThat(new Downloads(dir, Optional.of(new BootId("one"))).isVerified(digest))
                .isFalse();
    }

    private static void marked(Downloads downloads) throws IOException {
        Digest digest = ARTIFACT.metainfo().digest();
        downloads.keepMetainfo(ARTIFACT.metainfo());
        Files.write(downloads.file(digest), ARTIFACT.bytes());
        Files.write(downloads.resumeData(digest), new byte[1]);
        assertThat(downloads.verify(digest, ARTIFACT.bytes().length)).isTrue();
    }

    private static Pointer pointer(long seq) {
        return Pointers.of(seq, ARTIFACT, Pointers.PLAIN);
    }

    private static DurableState state(long seq) {
        return new DurableState(
                List.of(new DurableState.App(pointer(seq), Optional.of(pointer(seq)), Optional.empty(), false)), seq);
    }
}
