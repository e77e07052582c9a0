package dev.shoal.agent.swarm;

import org.libtorrent4j.swig.alert;
import org.libtorrent4j.swig.settings_pack;
import org.libtorrent4j.swig.settings_pack.bool_types;
import org.libtorrent4j.swig.settings_pack.int_types;
import org.libtorrent4j.swig.settings_pack.string_types;

/** libtorrent's settings for a trusted network inside a region; its own defaults are those of a desktop on the Internet. */
final class SessionSettings {
    /** What one torrent may hold; the tracker tells of 20 at a time, so that nobody is full before the others have come. */
    static final int CONNECTIONS_PER_TORRENT = 50;

    private SessionSettings() {}

    static settings_pack of(SwarmConfig config) {
        settings_pack pack = new settings_pack();
        pack.set_str(string_types.listen_interfaces.swigValue(), config.host() + ":" + config.port());
        pack.set_str(string_types.outgoing_interfaces.swigValue(), config.host());
        discovery(pack);
        connections(pack);
        transfer(pack);
        disk(pack);
        // Errors, status, storage, and who was parted from and why. Everything would be a Java object for each 16 KiB
        // block.
        int categories = alert.error_notification.to_int()
                | alert.status_notification.to_int()
                | alert.connect_notification.to_int()
                | alert.storage_notification.to_int();
        set(pack, int_types.alert_mask, categories);
        set(pack, int_types.alert_queue_size, 10_000);
        return pack;
    }

    static settings_pack limits(int upload, int download) {
        settings_pack pack = new settings_pack();
        set(pack, int_types.upload_rate_limit, upload);
        set(pack, int_types.download_rate_limit, download);
        return pack;
    }

    private static void discovery(settings_pack pack) {
        set(pack, bool_types.enable_dht, false);
        set(pack, bool_types.enable_lsd, false);
        set(pack, bool_types.enable_upnp, false);
        set(pack, bool_types.enable_natpmp, false);
        set(pack, bool_types.enable_ip_notifier, false);
        // Each region agent is a tracker of its own; losing one must not cost an announce interval.
        set(pack, bool_types.announce_to_all_tiers, true);
        set(pack, bool_types.announce_to_all_trackers, true);
        // Trackers are our own region agents, on private addresses.
        set(pack, bool_types.ssrf_mitigation, false);
        // The tracker's interval governs; libtorrent would take 5 minutes. The origin and its first leechers start at
        // the same
        // moment, so that somebody's first announce finds nobody: 5 s were seen to cost those 5 s.
        set(pack, int_types.min_announce_interval, 2);
        set(pack, int_types.tracker_backoff, 50);
        set(pack, int_types.tracker_receive_timeout, 10);
        set(pack, int_types.tracker_completion_timeout, 10);
        set(pack, int_types.stop_tracker_timeout, 1);
        set(pack, int_types.max_concurrent_http_announces, 50);
    }

    private static void connections(settings_pack pack) {
        set(pack, bool_types.enable_outgoing_utp, false);
        set(pack, bool_types.enable_incoming_utp, false);
        set(pack, int_types.mixed_mode_algorithm, settings_pack.bandwidth_mixed_algo_t.prefer_tcp.swigValue());
        set(pack, int_types.out_enc_policy, settings_pack.enc_policy.pe_disabled.swigValue());
        set(pack, int_types.in_enc_policy, settings_pack.enc_policy.pe_disabled.swigValue());
        // Machines of one host, and of the development stack, share an address.
        set(pack, bool_types.allow_multiple_connections_per_ip, true);
        // On its default, leechers that hold the same pieces part near the end and lose a minute to reconnect.
        set(pack, bool_types.close_redundant_connections, false);
        set(pack, int_types.min_reconnect_time, 2);
        set(pack, bool_types.smooth_connects, false);
        set(pack, int_types.connections_limit, 2000);
        set(pack, int_types.connection_speed, 500);
        set(pack, int_types.torrent_connect_boost, 255);
        set(pack, int_types.listen_queue_size, 1000);
        set(pack, int_types.max_peerlist_size, 1000);
        set(pack, int_types.max_failcount, 3);
        set(pack, int_types.peer_connect_timeout, 5);
        set(pack, int_types.peer_timeout, 20);
        set(pack, int_types.inactivity_timeout, 60);
        set(pack, int_types.peer_dscp, 0);
        // Each torrent has slots of its own: from slots for all, what is released first took those of what comes later.
        set(pack, int_types.unchoke_slots_limit, -1);
        set(pack, int_types.choking_algorithm, settings_pack.choking_algorithm_t.fixed_slots_choker.swigValue());
        set(pack, int_types.seed_choking_algorithm, settings_pack.seed_choking_algorithm_t.round_robin.swigValue());
        set(pack, int_types.unchoke_interval, 5);
        set(pack, int_types.active_downloads, -1);
        set(pack, int_types.active_seeds, -1);
        set(pack, int_types.active_limit, 100_000);
        set(pack, int_types.active_tracker_limit, -1);
        set(pack, int_types.active_checking, 4);
    }

    private static void transfer(settings_pack pack) {
        set(pack, bool_types.auto_sequential, false);
        set(pack, int_types.suggest_mode, settings_pack.suggest_mode_t.no_piece_suggestions.swigValue());
        set(pack, int_types.allowed_fast_set_size, 0);
        set(pack, bool_types.rate_limit_ip_overhead, false);
        set(pack, int_types.request_timeout, 10);
        set(pack, int_types.piece_timeout, 10);
        // Short queues: what is asked for early cannot be asked of a peer that has it sooner. ADR 11 has the figures.
        set(pack, int_types.request_queue_time, 1);
        set(pack, int_types.max_out_request_queue, 500);
        set(pack, int_types.max_allowed_in_request_queue, 2000);
        set(pack, int_types.send_buffer_watermark, 3 << 20);
        // A third of a second of each peer's rate: with 1 MiB each, eight peers wait for seconds on a link of 40
        // Mbit/s.
        set(pack, int_types.send_buffer_low_watermark, 64 << 10);
        set(pack, int_types.send_buffer_watermark_factor, 30);
        set(pack, int_types.send_not_sent_low_watermark, 512 << 10);
        // Measured with 16 peers on shaped links: 1.18 times the bound instead of 1.25 to 1.31.
        set(pack, int_types.predictive_piece_announce, 500);
    }

    private static void disk(settings_pack pack) {
        set(pack, int_types.max_queued_disk_bytes, 128 << 20);
        set(pack, int_types.aio_threads, 8);
        set(pack, int_types.hashing_threads, 2);
        set(pack, int_types.checking_mem_usage, 1024);
        set(pack, int_types.file_pool_size, 100);
        set(pack, int_types.optimistic_disk_retry, 5);
        set(pack, bool_types.no_atime_storage, true);
    }

    private static void set(settings_pack pack, int_types name, int value) {
        pack.set_int(name.swigValue(), value);
    }

    private static void set(settings_pack pack, bool_types name, boolean value) {
        pack.set_bool(name.swigValue(), value);
    }
}
