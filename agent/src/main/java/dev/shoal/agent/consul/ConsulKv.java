package dev.shoal.agent.consul;

import com.ecwid.consul.v1.ConsistencyMode;
import com.ecwid.consul.v1.ConsulClient;
import com.ecwid.consul.v1.ConsulRawClient;
import com.ecwid.consul.v1.QueryParams;
import com.ecwid.consul.v1.Response;
import com.ecwid.consul.v1.kv.model.GetBinaryValue;
import com.ecwid.consul.v1.kv.model.PutParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.http.HttpRequestInterceptor;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;

/**
 * The only class of agents that sees consul-api. It brings its own HTTP client: a token goes into a header (consul-api would put
 * it into the URL), a silent server is noticed soon after the wait, and {@link #close} ends a blocked read. Thread-safe.
 */
public final class ConsulKv implements AutoCloseable {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int MOST_CONNECTIONS = 16;
    private static final int DEFAULT_PORT = 8500;
    private static final String TOKEN_HEADER = "X-Consul-Token";

    private final CloseableHttpClient http;
    private final ConsulClient client;
    private final Optional<String> datacenter;
    private volatile boolean closed;

    /**
     * A client of one agent.
     *
     * @param tokenFile of the ACL token; read for each request, so that a new token needs no restart
     * @param datacenter whose keys are meant; empty for the agent's own
     * @param longestWait of a blocking read
     */
    public ConsulKv(URI url, Optional<Path> tokenFile, Optional<String> datacenter, Duration longestWait) {
        // Consul adds up to a sixteenth of the wait (api-docs/features/blocking).
        int read =
                (int) longestWait.multipliedBy(17).dividedBy(16).plusSeconds(5).toMillis();
        RequestConfig limits = RequestConfig.custom()
                .setConnectTimeout(CONNECT_MILLIS)
                .setConnectionRequestTimeout(CONNECT_MILLIS)
                .setSocketTimeout(read)
                .build();
        HttpClientBuilder builder = HttpClients.custom();
        tokenFile.ifPresent(file -> builder.addInterceptorLast((HttpRequestInterceptor) (request, context) -> {
            // consul-api sets the header itself on writes, to nothing; Consul would go by the first one.
            request.removeHeaders(TOKEN_HEADER);
            request.addHeader(TOKEN_HEADER, Files.readString(file).strip());
        }));
        this.http = builder.setDefaultRequestConfig(limits)
                .setMaxConnTotal(MOST_CONNECTIONS)
                .setMaxConnPerRoute(MOST_CONNECTIONS)
                .disableAutomaticRetries()
                .disableCookieManagement()
                .build();
        String host = url.getScheme().equals("https") ? "https://" + url.getHost() : url.getHost();
        this.client = new ConsulClient(ConsulRawClient.Builder.builder()
                .setHost(host)
                .setPort(url.getPort() < 0 ? DEFAULT_PORT : url.getPort())
                .setHttpClient(http)
                .build());
        this.datacenter = datacenter;
    }

    /** What a read under a prefix found. {@code index} is what the next blocking read waits to pass. */
    public record Snapshot(List<KvEntry> entries, long index) {
        public Snapshot {
            entries = List.copyOf(entries);
        }
    }

    /** Waits, at most {@code wait}, until something under {@code prefix} has changed since {@code index}; 0 does not wait. */
    public Snapshot await(String prefix, long index, Duration wait) {
        QueryParams.Builder query = QueryParams.Builder.builder()
                .setConsistencyMode(ConsistencyMode.STALE)
                .setIndex(index)
                .setWaitTime(Math.max(1, wait.toSeconds()));
        return list(prefix, query);
    }

    /** Reads what is under {@code prefix}. */
    public Snapshot list(String prefix) {
        return list(prefix, QueryParams.Builder.builder().setConsistencyMode(ConsistencyMode.DEFAULT));
    }

    private Snapshot list(String prefix, QueryParams.Builder query) {
        datacenter.ifPresent(query::setDatacenter);
        try {
            Response<List<GetBinaryValue>> response = client.getKVBinaryValues(prefix, query.build());
            List<GetBinaryValue> values = response.getValue();
            List<KvEntry> entries = values == null
                    ? List.of()
                    : values.stream().map(ConsulKv::entry).toList();
            Long index = response.getConsulIndex();
            return new Snapshot(entries, index == null ? 0 : index);
        } catch (RuntimeException e) {
            throw new ConsulException("list", prefix, e);
        }
    }

    /** Reads one key. */
    public Optional<KvEntry> read(String key) {
        QueryParams.Builder query = QueryParams.Builder.builder().setConsistencyMode(ConsistencyMode.DEFAULT);
        datacenter.ifPresent(query::setDatacenter);
        try {
            return Optional.ofNullable(
                            client.getKVBinaryValue(key, query.build()).getValue())
                    .map(ConsulKv::entry);
        } catch (RuntimeException e) {
            throw new ConsulException("read", key, e);
        }
    }

    /** Writes if the key's ModifyIndex still is {@code index}; 0 means that it must not exist. Returns whether it was written. */
    public boolean compareAndSet(String key, byte[] value, long index) {
        PutParams params = new PutParams();
        params.setCas(index);
        QueryParams.Builder query = QueryParams.Builder.builder();
        datacenter.ifPresent(query::setDatacenter);
        try {
            return Boolean.TRUE.equals(
                    client.setKVBinaryValue(key, value, params, query.build()).getValue());
        } catch (RuntimeException e) {
            throw new ConsulException("write", key, e);
        }
    }

    private static KvEntry entry(GetBinaryValue value) {
        byte[] bytes = value.getValue();
        return new KvEntry(value.getKey(), bytes == null ? new byte[0] : bytes, value.getModifyIndex());
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        try {
            http.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
