package dev.shoal.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.dev.StackView.Region;
import dev.shoal.dev.chaos.Faults;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ./shoal chaos}. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = "Makes parts of a running stack misbehave.",
        subcommands = ChaosCommand.S3.class)
final class ChaosCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what is to misbehave: s3");
    }

    /** {@code ./shoal chaos s3}. */
    @Command(
            name = "s3",
            mixinStandardHelpOptions = true,
            description = "Faults between everybody and the S3 of a region. What is not named is without fault; without"
                    + " any fault, shows those in force.")
    static final class S3 extends StackCommand implements Callable<Integer> {
        private static final ObjectMapper JSON = new ObjectMapper();
        private static final Duration TIME_OUT = Duration.ofSeconds(30);

        @Option(names = "--region", paramLabel = "REGION", split = ",", description = "instead of every region")
        private List<String> regions = List.of();

        @Option(names = "--error-rate", paramLabel = "0..1", description = "share of requests answered 503")
        private double errors;

        @Option(names = "--cut-rate", paramLabel = "0..1", description = "share of bodies cut by a reset")
        private double cuts;

        @Option(names = "--corrupt-rate", paramLabel = "0..1", description = "share of bodies with a wrong byte")
        private double corruptions;

        @Option(
                names = "--latency",
                paramLabel = "TIME",
                converter = Millis.class,
                defaultValue = "0ms",
                description = "before each request, like 200ms")
        private long latency;

        @Option(
                names = "--bandwidth",
                paramLabel = "SIZE",
                converter = Bytes.class,
                defaultValue = "0",
                description = "of the region a second, like 2MiB")
        private long bandwidth;

        @Option(names = "--black-hole", description = "takes requests and never answers")
        private boolean blackHole;

        @Option(names = "--refuse", description = "resets every connection")
        private boolean refuse;

        @Option(names = "--stale-head", description = "HEAD is answered as it was the first time")
        private boolean staleHead;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                converter = Millis.class,
                defaultValue = "0ms",
                description = "then all is well again; default: until --clear")
        private long duration;

        @Option(names = "--seed", paramLabel = "N", description = "the same seed strikes the same requests")
        private long seed;

        @Option(names = "--clear", description = "end all faults")
        private boolean clear;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Faults faults = new Faults(
                    seed, errors, cuts, corruptions, latency, bandwidth, blackHole, refuse, staleHead, duration);
            StackView view = StackView.read(layout())
                    .filter(found -> isRunning())
                    .orElseThrow(() -> new IllegalArgumentException("no stack runs in " + layout().dir()));
            String token = Files.readString(Path.of(view.chaosTokenFile())).strip();
            for (Region region : chosen(view)) {
                System.out.println(region.name() + " " + tell(region, faults, token));
            }
            return 0;
        }

        private boolean isRunning() {
            try {
                return StackView.isRunning(layout());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private List<Region> chosen(StackView view) {
            List<String> known = view.regions().stream().map(Region::name).toList();
            regions.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
                throw new IllegalArgumentException("there is no region " + name + ", there are " + known);
            });
            return view.regions().stream()
                    .filter(region -> regions.isEmpty() || regions.contains(region.name()))
                    .toList();
        }

        private JsonNode tell(Region region, Faults faults, String token) throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(region.chaos()))
                    .timeout(TIME_OUT)
                    .header("Authorization", "Bearer " + token);
            if (clear) {
                request.DELETE();
            } else if (!faults.equals(Faults.NONE)) {
                request.PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(faults)));
            }
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                JsonNode answer = JSON.readTree(response.body());
                if (response.statusCode() != 200) {
                    throw new IOException("S3 of region " + region.name() + " answers " + response.statusCode() + ": "
                            + answer.path("error").asText());
                }
                return answer;
            }
        }
    }

    /** {@code 200ms}, {@code 60s}, {@code 10m}, {@code 1h}, in milliseconds. */
    static final class Millis implements ITypeConverter<Long> {
        private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

        @Override
        public Long convert(String text) {
            Matcher matcher = TIME.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is no time like 200ms, 60s or 10m");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> amount;
                case "s" -> amount * 1000;
                case "m" -> amount * 60_000;
                default -> amount * 3_600_000;
            };
        }
    }

    /** {@code 500000}, {@code 200KiB}, {@code 2MiB}, in bytes. */
    static final class Bytes implements ITypeConverter<Long> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(kib|mib|gib)?");

        @Override
        public Long convert(String text) {
            Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is no size like 200KiB or 2MiB");
            }
            @Nullable String unit = matcher.group(2);
            int shift = unit == null ? 0 : unit.equals("kib") ? 10 : unit.equals("mib") ? 20 : 30;
            return Long.parseLong(matcher.group(1)) << shift;
        }
    }
}
