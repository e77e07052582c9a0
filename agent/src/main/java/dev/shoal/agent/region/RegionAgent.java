package dev.shoal.agent.region;

import dev.shoal.agent.TrustedKeys;
import dev.shoal.agent.YamlConfig;
import dev.shoal.agent.consul.ConsulKv;
import dev.shoal.agent.consul.KvWatch;
import dev.shoal.agent.region.origin.Origin;
import dev.shoal.agent.region.origin.RegionStore;
import dev.shoal.agent.region.reports.ReportCollector;
import dev.shoal.agent.region.tracker.BanBook;
import dev.shoal.agent.region.tracker.SwarmTable;
import dev.shoal.agent.region.tracker.Tracker;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.tls.Pem;
import dev.shoal.model.tls.TrustedCertificates;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The composition root of the region role. */
@Command(name = "region-agent", mixinStandardHelpOptions = true, description = "A region's agent.")
public final class RegionAgent implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RegionAgent.class);
    private static final Duration WAIT = Duration.ofSeconds(55);

    /** Of a client that does not watch: a silent server is given up soon. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

    /** A leecher's announce waits so long for the origin: libtorrent gives a tracker 10 s ({@code SessionSettings}). */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(4);

    private static final int MOST_THREADS = 64;

    @Option(names = "--config", required = true, paramLabel = "FILE")
    private Path config = Path.of("");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private RegionAgent() {}

    /** Runs until it is asked to end. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new RegionAgent());
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            LOG.error("the region agent cannot start: {}", error.getMessage(), error);
            return 1;
        });
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws Exception {
        RegionConfig c = YamlConfig.read(config, RegionConfig.class);
        LOG.info("region agent {} of {} with {}", c.agentId(), c.region(), c.consul());
        Optional.ofNullable(c.caFile()).map(YamlConfig::secret).ifPresent(TrustedCertificates::install);
        List<VerifyKey> trusted = TrustedKeys.read(c.trustedKeys());
        Path origins = Files.createDirectories(c.dataDir().resolve("origin"));

        RegionStore store = opened(new RegionStore(
                c.s3().endpoint(),
                c.s3().bucket(),
                c.s3().accessKey(),
                YamlConfig.secret(c.s3().secretKeyFile()),
                Optional.ofNullable(c.s3().signingRegion()).orElse("us-east-1")));
        InetSocketAddress leechersReachItAt = new InetSocketAddress(c.listen().host(), c.torrentPort());
        Origin origin = opened(new Origin(
                store, leechersReachItAt, origins, c.originMaxBytes().orElse(Long.MAX_VALUE), c.originLane()));
        PointerBook book = new PointerBook(c.region(), trusted);
        Optional<SwarmTable.Address> seed = leechersReachItAt.getAddress() instanceof Inet4Address ip
                ? Optional.of(new SwarmTable.Address(ip, c.torrentPort()))
                : Optional.empty();
        Tracker tracker = new Tracker(
                book::infoHashes,
                hash -> origin.serves(hash, ANSWER_LIMIT).thenApply(serves -> serves ? seed : Optional.empty()),
                Clock.systemUTC(),
                ThreadLocalRandom::current,
                new BanBook(c.agentId()));
        ReportCollector reports = opened(new ReportCollector(
                c.api().url(), () -> YamlConfig.secret(c.api().tokenFile())));
        Propagator propagator = opened(new Propagator(consul(c, Optional.empty(), SHORT_WAIT), trusted));

        KvWatch regional = opened(new KvWatch(consul(c, Optional.empty(), WAIT), Pointer.KEY_PREFIX, WAIT, entries -> {
            if (book.update(entries)) {
                tracker.retain(book.infoHashes());
                origin.serve(book.served());
            }
            propagator.regionalChanged();
        }));
        KvWatch global = opened(new KvWatch(
                consul(c, Optional.of(c.consul().globalDatacenter()), WAIT),
                Pointer.KEY_PREFIX,
                WAIT,
                propagator::globalChanged));

        Server server = server(
                c,
                new RegionHandler(
                        c.region(),
                        tracker,
                        origin,
                        reports,
                        new RegionHealth(
                                global,
                                regional,
                                store,
                                Map.of(
                                        "propagation", propagator::isTurning,
                                        "the origin", origin::isTurning,
                                        "reports", reports::isTurning),
                                Clock.systemUTC()),
                        () -> status(tracker, origin, propagator, reports),
                        YamlConfig.secret(c.machineTokenFile())));
        origin.start();
        reports.start();
        propagator.start();
        regional.start();
        global.start();
        server.start();
        open.push(server::stop);
        awaitEnd();
        return 0;
    }

    private static ConsulKv consul(RegionConfig c, Optional<String> datacenter, Duration longestWait) {
        return new ConsulKv(c.consul().url(), Optional.ofNullable(c.consul().tokenFile()), datacenter, longestWait);
    }

    private static Map<String, Object> status(
            Tracker tracker, Origin origin, Propagator propagator, ReportCollector reports) {
        Map<String, Object> status = new TreeMap<>(tracker.status());
        status.put("origin", origin.status());
        status.put("propagation", propagator.status());
        status.put("reports", Map.of("waiting", reports.waiting(), "delivered", reports.delivered()));
        return status;
    }

    private static Server server(RegionConfig c, RegionHandler handler) {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName("http");
        // A slow S3 read must not hold one of the few platform threads.
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, protocols(c.listen()));
        connector.setHost(c.listen().host());
        connector.setPort(c.listen().port());
        connector.setAcceptQueueSize(4096);
        server.addConnector(connector);
        server.setHandler(handler);
        return server;
    }

    private static ConnectionFactory[] protocols(RegionConfig.Listen listen) {
        HttpConnectionFactory http = new HttpConnectionFactory();
        Path certificate = listen.certFile();
        Path key = listen.keyFile();
        if (certificate == null || key == null) {
            return new ConnectionFactory[] {http};
        }
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(Pem.identity(YamlConfig.secret(certificate), YamlConfig.secret(key)));
        tls.setKeyStorePassword("");
        // Machines name their agents by address.
        tls.setSniRequired(false);
        SslConnectionFactory ssl = new SslConnectionFactory(tls, http.getProtocol());
        return new ConnectionFactory[] {ssl, http};
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private void awaitEnd() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            while (!open.isEmpty()) {
                                try {
                                    open.pop().close();
                                } catch (Exception e) {
                                    LOG.warn("unclean end", e);
                                }
                            }
                        },
                        "end"));
        ended.await();
    }
}
