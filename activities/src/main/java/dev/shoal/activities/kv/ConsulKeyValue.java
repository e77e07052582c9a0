package dev.shoal.activities.kv;

import com.ecwid.consul.ConsulException;
import com.ecwid.consul.v1.ConsistencyMode;
import com.ecwid.consul.v1.ConsulRawClient;
import com.ecwid.consul.v1.QueryParams;
import com.ecwid.consul.v1.kv.KeyValueClient;
import com.ecwid.consul.v1.kv.KeyValueConsulClient;
import com.ecwid.consul.v1.kv.model.GetBinaryValue;
import com.ecwid.consul.v1.kv.model.PutParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.http.HttpRequestInterceptor;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;

/**
 * {@link KeyValue} on consul-api. Thread-safe. A {@link KeyValue.KeyValueException} of a write leaves open whether it was
 * written: read the key.
 */
public final class ConsulKeyValue implements KeyValue, AutoCloseable {
    private static final int CONNECTIONS = 16;
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(2).toMillis();
    private static final int READ_MILLIS = (int) Duration.ofSeconds(10).toMillis();
    private static final long IDLE_SECONDS = 30;
    private static final String TOKEN_HEADER = "X-Consul-Token";

    /** consul-api puts keys into the URL as they are. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

    private static final QueryParams CONSISTENT = new QueryParams(ConsistencyMode.CONSISTENT);

    private final CloseableHttpClient client;
    private final KeyValueClient consul;

    /**
     * @param url of the Consul agent, such as {@code http://127.0.0.1:8500}
     * @param tokenFile of the ACL token; read for each request, so that a new token needs no restart, and sent as a header,
     *     since consul-api's own way puts it into the URL and so into access logs
     * @throws IllegalArgumentException if the URL is no http or https address with a host
     */
    public ConsulKeyValue(URI url, Optional<Path> tokenFile) {
        boolean https = "https".equals(url.getScheme());
        boolean http = "http".equals(url.getScheme());
        if (url.getHost() == null || !(https || http)) {
            throw new IllegalArgumentException("Consul's address must be http(s)://host:port, got '" + url + "'");
        }
        int schemePort = https ? 443 : 80;
        int port = url.getPort() >= 0 ? url.getPort() : schemePort;
        this.client = httpClient(tokenFile);
        this.consul = new KeyValueConsulClient(
                new ConsulRawClient(client, url.getScheme() + "://" + url.getHost(), port, ""));
    }

    @Override
    public Optional<Entry> read(String key) {
        try {
            return Optional.ofNullable(
                            consul.getKVBinaryValue(checked(key), CONSISTENT).getValue())
                    .map(ConsulKeyValue::entry);
        } catch (ConsulException e) {
            throw new KeyValueException("reading", key, e);
        }
    }

    @Override
    public boolean compareAndSet(String key, byte[] value, long index) {
        PutParams ifUnchanged = new PutParams();
        ifUnchanged.setCas(index);
        try {
            return Boolean.TRUE.equals(
                    consul.setKVBinaryValue(checked(key), value, ifUnchanged).getValue());
        } catch (ConsulException e) {
            throw new KeyValueException("writing", key, e);
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(GetBinaryValue found) {
        // consul-api gives null for an empty value.
        byte[] value = Optional.ofNullable(found.getValue()).orElseGet(() -> new byte[0]);
        return new Entry(value, found.getModifyIndex());
    }

    private static String checked(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("Consul key must match " + KEY + ", got '" + key + "'");
        }
        return key;
    }

    private static CloseableHttpClient httpClient(Optional<Path> tokenFile) {
        HttpClientBuilder builder = HttpClients.custom();
        tokenFile.ifPresent(file -> builder.addInterceptorLast((HttpRequestInterceptor) (request, context) -> {
            // consul-api sets the header itself on writes, to nothing; Consul would go by the first one.
            request.removeHeaders(TOKEN_HEADER);
            request.addHeader(TOKEN_HEADER, Files.readString(file).strip());
        }));
        return builder.setMaxConnTotal(CONNECTIONS)
                .setMaxConnPerRoute(CONNECTIONS)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSocketTimeout(READ_MILLIS)
                        .setConnectionRequestTimeout(READ_MILLIS)
                        .build())
                .setConnectionTimeToLive(IDLE_SECONDS, TimeUnit.SECONDS)
                .disableCookieManagement()
                .disableRedirectHandling()
                .build();
    }
}
