package dev.shoal.simulation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    @TempDir
    private Path temp;

    @Test
    void isWhereItIsWantedAndGoneAfterwards() throws Exception {
        Path directory;
        try (Scratch scratch = Scratch.open(temp.resolve("new"), 1)) {
            directory = scratch.directory();
            Files.writeString(directory.resolve("file"), "x");
            assertThat(directory.getParent()).isEqualTo(temp.resolve("new"));
            assertThat(scratch.place()).startsWith("on disk");
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void memoryIsTakenOnlyIfBothTheFileSystemAndTheComputerHaveRoom() throws Exception {
        Path shm = Path.of("/dev/shm");
        Path poor = Files.writeString(temp.resolve("poor"), "MemTotal: 99999999 kB\nMemAvailable: 4194304 kB\n");

        // 4 GiB available, of which three stay free.
        assertThat(Scratch.hasRoom(shm, poor, (1L << 30) + 1)).isFalse();
        assertThat(Scratch.hasRoom(shm, poor, 1 << 20))
                .isEqualTo(
                        Files.isDirectory(shm) && Files.getFileStore(shm).type().equals("tmpfs"));
        assertThat(Scratch.hasRoom(shm, temp.resolve("missing"), 1)).isFalse();
        assertThat(Scratch.hasRoom(temp.resolve("missing"), poor, 1)).isFalse();
        assertThat(Scratch.hasRoom(shm, poor, Long.MAX_VALUE)).isFalse();
    }
}
