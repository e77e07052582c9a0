package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a build prints of its secrets, and what is left of it. */
class SecretMaskTest {
    private static final String TOKEN = "s3cr3t/Tok+en&42";
    private static final String KEY = "-----BEGIN KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(4)
            + "lastLineOfTheKey\n-----END KEY-----\n";

    private final SecretMask mask = SecretMask.of(List.of(TOKEN, KEY));

    @Test
    void theValueIsHiddenWhereverItStands() {
        assertThat(mask.mask("a" + TOKEN + "b\n" + TOKEN + TOKEN)).isEqualTo("a***b\n******");
    }

    @Test
    void theCutsOfTheStreamDoNotMatter() {
        String text = "x".repeat(5) + TOKEN + "\n" + KEY + "y " + base64(TOKEN) + " " + TOKEN.substring(0, 7) + "z";
        String whole = mask.mask(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(inPieces(bytes, cut, bytes.length - cut)).isEqualTo(whole);
        }
        assertThat(byteByByte(bytes)).isEqualTo(whole);
        assertThat(whole).startsWith("xxxxx***\n").endsWith(" *** s3cr3t/z");
    }

    @Test
    void aValueOfSeveralLinesIsHiddenWholeAndByItsLines() {
        assertThat(mask.mask("key: " + KEY)).doesNotContain("MIIE").doesNotContain("lastLine");
        assertThat(mask.mask(KEY.replace("\n", "\r\n"))).doesNotContain("MIIE");
        assertThat(mask.mask("grep found: lastLineOfTheKey")).isEqualTo("grep found: ***");
        assertThat(mask.mask("{\"key\":\"" + KEY.replace("\n", "\\n") + "\"}")).doesNotContain("MIIE");
    }

    @Test
    void base64OfTheValueIsHiddenAloneAndInsideOfOtherText() {
        assertThat(mask.mask(base64(TOKEN))).isEqualTo("***");
        for (String before : List.of("", "u", "us", "user:")) {
            for (String after : List.of("", "\n", "@host", "!!")) {
                String hidden = mask.mask(base64(before + TOKEN + after));
                // What is left are the characters that share bits with what stands around the value.
                assertThat(hidden).contains("***");
                assertThat(hidden.replace("***", "").length())
                        .isLessThanOrEqualTo((before.length() + after.length() + 2) * 4 / 3 + 4);
            }
        }
        assertThat(mask.mask(Base64.getUrlEncoder().encodeToString(TOKEN.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("***");
    }

    @Test
    void brokenLinesOfBase64AreHidden() {
        byte[] key = KEY.getBytes(StandardCharsets.UTF_8);
        String broken = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(key);

        assertThat(mask.mask(broken).replace("***", "").replace("\n", "")).hasSizeLessThan(6);
    }

    @Test
    void valuesThatOverlapAreBothHidden() {
        assertThat(SecretMask.of(List.of("abcdef", "defghi")).mask("-abcdefghi-"))
                .isEqualTo("-***-");
        assertThat(SecretMask.of(List.of("abcabc")).mask("abcabcabc.")).isEqualTo("***.");
    }

    @Test
    void everythingElsePassesUnchanged() {
        byte[] noise = new byte[100_000];
        new Random(7).nextBytes(noise);
        SecretMask.Masking masking = mask.masking();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(masking.take(noise, noise.length));
        out.writeBytes(masking.rest());

        assertThat(out.toByteArray()).isEqualTo(noise);
        assertThat(mask.mask("\u001b[31mred\u001b[0m \u20ac")).isEqualTo("\u001b[31mred\u001b[0m \u20ac");
    }

    private String inPieces(byte[] bytes, int first, int second) {
        SecretMask.Masking masking = mask.masking();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(masking.take(bytes, first));
        byte[] rest = new byte[second];
        System.arraycopy(bytes, first, rest, 0, second);
        out.writeBytes(masking.take(rest, second));
        out.writeBytes(masking.rest());
        return out.toString(StandardCharsets.UTF_8);
    }

    private String byteByByte(byte[] bytes) {
        SecretMask.Masking masking = mask.masking();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte each : bytes) {
            out.writeBytes(masking.take(new byte[] {each}, 1));
        }
        out.writeBytes(masking.rest());
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
