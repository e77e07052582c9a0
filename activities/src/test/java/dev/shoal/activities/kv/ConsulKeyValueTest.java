package dev.shoal.activities.kv;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsulKeyValueTest extends KeyValueContract {
    @RegisterExtension
    static final ConsulExtension CONSUL = new ConsulExtension();

    private ConsulKeyValue store;

    @BeforeEach
    void open() {
        store = new ConsulKeyValue(CONSUL.url(), Optional.empty());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    KeyValue store() {
        return store;
    }
}
