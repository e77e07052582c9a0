package dev.shoal.activities.testkit;

import dev.shoal.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes gzipped tars, honest and hostile ones. Not thread-safe. */
public final class Tarballs {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    public Tarballs() throws IOException {
        tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    public Tarballs file(String name, String text) throws IOException {
        return file(name, text, 0644);
    }

    /** The name goes into the archive as it is, even if absolute or with "..". */
    public Tarballs file(String name, String text, int mode) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setSize(content.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        return this;
    }

    public Tarballs directory(String name) throws IOException {
        return bare(new TarArchiveEntry(name, TarConstants.LF_DIR, true));
    }

    public Tarballs symlink(String name, String target) throws IOException {
        return link(name, target, TarConstants.LF_SYMLINK);
    }

    public Tarballs hardlink(String name, String target) throws IOException {
        return link(name, target, TarConstants.LF_LINK);
    }

    /** A character device with the numbers of {@code /dev/null}. */
    public Tarballs device(String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_CHR, true);
        entry.setDevMajor(1);
        entry.setDevMinor(3);
        return bare(entry);
    }

    public Tarballs fifo(String name) throws IOException {
        return bare(new TarArchiveEntry(name, TarConstants.LF_FIFO, true));
    }

    /** The finished archive. */
    public byte[] bytes() throws IOException {
        tar.close();
        return bytes.toByteArray();
    }

    public static Digest digest(byte[] content) {
        try {
            return new Digest(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Tarballs link(String name, String target, byte kind) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        return bare(entry);
    }

    private Tarballs bare(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        return this;
    }
}
