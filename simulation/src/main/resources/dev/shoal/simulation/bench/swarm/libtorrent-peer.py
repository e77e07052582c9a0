"""A peer of native libtorrent, tuned as for a LAN: libtorrent-peer.py seed|leech ADDRESS TORRENT DIRECTORY TRACKER

A leecher leaves the file NAME.done beside NAME when every piece is there and checked. Ends with its parent's kill.
"""
import os
import sys

import libtorrent as lt

role, address, torrent, directory, tracker = sys.argv[1:]
session = lt.session({
    "listen_interfaces": address + ":0",
    "outgoing_interfaces": address,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_outgoing_utp": False,
    "enable_incoming_utp": False,
    "allow_multiple_connections_per_ip": True,
    "connections_limit": 500,
    "unchoke_slots_limit": 20,
    "max_out_request_queue": 1500,
    "request_queue_time": 1,
    "send_buffer_watermark": 2 << 20,
    "send_buffer_watermark_factor": 150,
    "hashing_threads": 2,
    "aio_threads": 4,
    "alert_mask": lt.alert.category_t.status_notification | lt.alert.category_t.error_notification,
})
params = lt.add_torrent_params()
params.ti = lt.torrent_info(torrent)
params.save_path = directory
params.trackers = [tracker]
params.flags &= ~(lt.torrent_flags.paused | lt.torrent_flags.auto_managed)
params.flags |= lt.torrent_flags.override_trackers
if role == "seed":
    params.flags |= lt.torrent_flags.seed_mode
name = params.ti.name()
session.add_torrent(params)
while True:
    session.wait_for_alert(1000)
    for alert in session.pop_alerts():
        if isinstance(alert, lt.torrent_finished_alert) and role == "leech":
            open(os.path.join(directory, name + ".done"), "w").close()
        elif "error" in alert.what():
            print(alert.message(), file=sys.stderr, flush=True)
