package dev.shoal.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** A bearer token in a file that only its owner can read. */
final class TokenFile {
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private TokenFile() {}

    /**
     * The token in the file. If there is no file it is made, with a new token: whole or not at all, never readable by others, and
     * if two processes make it at once both return the same token.
     *
     * @throws IOException if the file cannot be read or made, or is empty
     */
    static String readOrMake(Path file) throws IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException("token file " + file + " is empty");
        }
        return token;
    }

    private static void make(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        Path fresh = Files.createTempFile(
                directory,
                "." + file.getFileName(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel out = FileChannel.open(fresh, Set.of(StandardOpenOption.WRITE))) {
                out.write(ByteBuffer.wrap(token.getBytes(StandardCharsets.UTF_8)));
                out.force(true);
            }
            // A link, not a move: it fails if somebody else was first, and that token stays.
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException made) {
            // The other process's token counts.
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
