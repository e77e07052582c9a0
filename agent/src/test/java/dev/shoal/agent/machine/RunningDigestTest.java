package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a download while it grows, and what that may not decide. */
final class RunningDigestTest {
    private static final int SIZE = 5_000_001;

    @TempDir
    private Path dir;

    private final byte[] bytes = new byte[SIZE];
    private String right = "";

    @BeforeEach
    void fill() throws Exception {
        new Random(1).nextBytes(bytes);
        right = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void isThatOfTheWholeFileHoweverItGrew() throws IOException {
        Path file = dir.resolve("file");
        RunningDigest digest = new RunningDigest(file);
        write(file, 0, SIZE / 3);
        digest.reached(SIZE / 4);
        digest.reached(SIZE / 3);
        write(file, SIZE / 3, SIZE);
        digest.reached(SIZE / 5);

        assertThat(digest.finish(SIZE)).isEqualTo(right);
    }

    @Test
    void readsNoFurtherThanWasThereOneCallAgo() throws IOException {
        Path file = dir.resolve("file");
        write(file, 0, SIZE / 2);
        RunningDigest digest = new RunningDigest(file);
        digest.reached(SIZE / 2);
        digest.reached(SIZE);
        write(file, SIZE / 2, SIZE);

        assertThat(digest.finish(SIZE)).isEqualTo(right);
    }

    @Test
    void aFileThatIsTooShortHasAnotherDigest() throws IOException {
        Path file = dir.resolve("file");
        write(file, 0, SIZE - 1);

        assertThat(new RunningDigest(file).finish(SIZE)).isNotEqualTo(right);
    }

    @Test
    void aDownloadThatWasReadTooSoonIsReadAgainBeforeItIsRefused() throws IOException {
        Downloads downloads = new Downloads(dir, Optional.empty());
        Digest digest = new Digest(right);
        Files.write(downloads.file(digest), new byte[SIZE]);
        downloads.begin(digest);
        downloads.grown(digest, SIZE);
        downloads.grown(digest, SIZE);
        write(downloads.file(digest), 0, SIZE);

        assertThat(downloads.verify(digest, SIZE)).isTrue();
        assertThat(downloads.isVerified(digest)).isTrue();
    }

    @Test
    void aDownloadOfOtherBytesIsRefusedThoughItGrew() throws IOException {
        Downloads downloads = new Downloads(dir, Optional.empty());
        Digest digest = new Digest(right);
        Files.write(downloads.file(digest), new byte[SIZE]);
        downloads.begin(digest);
        downloads.grown(digest, SIZE);
        downloads.grown(digest, SIZE);

        assertThat(downloads.verify(digest, SIZE)).isFalse();
        assertThat(downloads.isVerified(digest)).isFalse();
    }

    /** Whoever has read the right bytes need not read them again: here they are lost afterwards, which nobody can see who does not. */
    @Test
    void whatWasReadIsNotReadTwice() throws IOException {
        Downloads downloads = new Downloads(dir, Optional.empty());
        Digest digest = new Digest(right);
        write(downloads.file(digest), 0, SIZE);
        downloads.begin(digest);
        downloads.grown(digest, SIZE - 10);
        downloads.grown(digest, SIZE);
        try (FileChannel out = FileChannel.open(downloads.file(digest), StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.allocate(1000), 0);
        }

        assertThat(downloads.verify(digest, SIZE)).isTrue();
    }

    private void write(Path file, int from, int to) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(bytes, from, to - from), from);
        }
    }
}
