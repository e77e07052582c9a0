package dev.shoal.simulation.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The swarms of one region in steps of virtual time: who lacks something asks neighbours that have a free upload slot, rates are
 * shared max-min over the links, pieces arrive. One thread.
 */
final class RegionSwarm {
    /** As the agent sets libtorrent's unchoke_interval. */
    private static final double UNCHOKE_INTERVAL = 5;

    private static final double GIVE_UP = 300;
    /** Neighbours that a machine asks in a step, in turn with all the others. */
    private static final int TRIES = 8;

    /** In which the bound is cut at least; docs/simulation.md has what longer steps cost. */
    private static final int STEPS = 320;

    private static final int EXACT_ROUNDS = 64;
    private static final int GROUPED_ROUNDS = 16;

    private final Scenario scenario;
    private final Network network;
    private final FairShare fair;
    private final Flows flows = new Flows();
    private final Leftovers leftovers;
    private final int[] hungry;
    private final int[] uploads;
    private final int[] downloads;
    private final SplittableRandom dice;
    private final PriorityQueue<Flip> coming;
    private final List<Torrent> active = new ArrayList<>();
    private final List<Delivery> done = new ArrayList<>();
    private final Progress progress;
    private final double s3;
    private final Traffic traffic = new Traffic();
    /** From a piece's last byte until it is verified and offered. */
    private final double delay;

    private double now;

    /** @param completeAt per node: when it had the last byte; NaN for never */
    record Delivery(Flip flip, int machines, double[] completeAt) {}

    /** Bytes by where they came from, and what was simulated. */
    static final class Traffic {
        double s3;
        double origins;
        double peers;
        double crossRack;
        long pieces;
        long announces;
        long steps;
    }

    RegionSwarm(
            Scenario scenario, Network network, List<Flip> flips, double s3, Progress progress, SplittableRandom dice) {
        this.scenario = scenario;
        this.network = network;
        this.s3 = s3;
        this.progress = progress;
        this.dice = dice;
        fair = new FairShare(network.capacity.length, scenario.groups() == 0 ? EXACT_ROUNDS : GROUPED_ROUNDS);
        leftovers = new Leftovers(network.capacity.length);
        delay = scenario.latency() + scenario.piece() / scenario.verify();
        hungry = new int[network.nodes];
        uploads = new int[network.nodes];
        downloads = new int[network.nodes];
        coming = new PriorityQueue<>(Comparator.comparingDouble(Flip::firstSeen).thenComparingInt(Flip::app));
        coming.addAll(flips);
    }

    Traffic run() {
        double pieceTime = scenario.piece() / scenario.intake();
        // Small steps while the first pieces spread hop by hop, then as long as the result allows.
        double longest = scenario.groups() == 0 ? pieceTime / 2 : Math.max(pieceTime / 2, scenario.bound() / STEPS);
        double step = pieceTime / 2;
        while (!coming.isEmpty() || !active.isEmpty()) {
            if (active.isEmpty()) {
                now = Math.max(now, coming.element().firstSeen());
                step = pieceTime / 2;
            }
            while (!coming.isEmpty() && coming.element().firstSeen() <= now) {
                Torrent torrent = new Torrent(coming.remove(), scenario, network, dice);
                torrent.lastMove = now;
                active.add(torrent);
            }
            network.advance(now);
            active.forEach(this::fill);
            fair.solve(flows.links, flows.count, leftovers.onTopOf(network.capacity, step), flows.rate);
            fetch(step);
            move(step);
            now += step;
            traffic.steps++;
            for (Torrent torrent : active) {
                torrent.offer(now);
            }
            progress.sample(now, active);
            active.removeIf(this::isOver);
            step = Math.min(longest, step * 1.03);
        }
        return traffic;
    }

    /** In the order in which they ended. */
    List<Delivery> deliveries() {
        return List.copyOf(done);
    }

    private boolean isOver(Torrent torrent) {
        boolean over = true;
        for (int node = 0; node < network.machines && over; node++) {
            over = torrent.isComplete(node) || network.isDead(node, now);
        }
        over |= now - torrent.lastMove > GIVE_UP;
        if (over) {
            done.add(new Delivery(torrent.flip, network.machines, torrent.completeAt));
            for (int f = flows.count - 1; f >= 0; f--) {
                if (flows.torrent.get(f) == torrent) {
                    stop(f);
                }
            }
            traffic.announces += torrent.neighbours.announces();
        }
        return over;
    }

    /** One slot a turn: who asked for all of its slots at once would leave none to those who come later in a long step. */
    private void fill(Torrent torrent) {
        int asking = 0;
        int offset = dice.nextInt(network.nodes);
        for (int i = 0; i < network.nodes; i++) {
            int node = (i + offset) % network.nodes;
            if (torrent.flip.seenAt()[node] > now || network.isDead(node, now)) {
                continue;
            }
            announce(torrent, node);
            if (!network.isOrigin(node) && !torrent.isComplete(node) && hasRoom(node)) {
                hungry[asking++] = node;
            }
        }
        for (int turn = 0; turn < TRIES && asking > 0; turn++) {
            int kept = 0;
            for (int i = 0; i < asking; i++) {
                ask(torrent, hungry[i]);
                if (hasRoom(hungry[i])) {
                    hungry[kept++] = hungry[i];
                }
            }
            asking = kept;
        }
    }

    private boolean hasRoom(int sink) {
        return downloads[sink] < 2 * scenario.slots();
    }

    private void announce(Torrent torrent, int node) {
        boolean first = !torrent.announced(node);
        if (!first && !torrent.neighbours.isDue(node, now)) {
            return;
        }
        if (now >= scenario.trackerLostAt() && now < scenario.trackerLostAt() + scenario.trackerLostFor()) {
            torrent.neighbours.unanswered(node, now);
            return;
        }
        torrent.neighbours.announce(node, torrent.share(node), first, now);
        torrent.markAnnounced(node);
    }

    private void ask(Torrent torrent, int sink) {
        Neighbours neighbours = torrent.neighbours;
        if (neighbours.degree(sink) == 0) {
            return;
        }
        int source = neighbours.at(sink, dice.nextInt(neighbours.degree(sink)));
        if (network.isDead(source, now)) {
            neighbours.disconnect(sink, source);
            return;
        }
        int slots = network.isOrigin(source) ? scenario.originSlots() : scenario.slots();
        if (uploads[source] < slots) {
            int group = torrent.pick(source, sink, dice);
            if (group != Torrent.NONE) {
                torrent.take(sink, group);
                flows.add(torrent, source, sink, group, now);
                network.links(source, sink, flows.links, 4 * (flows.count - 1));
                uploads[source]++;
                downloads[sink]++;
            }
        }
    }

    /** Region agents fetch from S3, each in its own order, and offer what they have. */
    private void fetch(double step) {
        for (Torrent torrent : active) {
            for (int origin = 0; origin < scenario.origins(); origin++) {
                int node = network.machines + origin;
                double rate = Math.min(s3 / scenario.origins() / active.size(), network.capacity[network.nodes + node]);
                double budget = network.isDead(node, now) ? 0 : rate * step / torrent.bytesPerPiece;
                int offset = torrent.groups / scenario.origins() * origin;
                while (budget > 0) {
                    int group = torrent.next(node, offset);
                    if (group == Torrent.NONE) {
                        break;
                    }
                    double part = Math.min(budget, torrent.lacking(node, group));
                    torrent.receive(node, group, part, now, now);
                    traffic.s3 += part * torrent.bytesPerPiece;
                    budget -= part;
                    if (part < 1e-6) {
                        break;
                    }
                }
            }
        }
    }

    private void move(double step) {
        int warm = flows.count;
        for (int f = flows.count - 1; f >= 0; f--) {
            if (f < warm) {
                warm = Math.max(0, warm - Flows.BLOCK);
                flows.warm(warm, f);
            }
            int source = flows.source[f];
            int sink = flows.sink[f];
            Torrent torrent = flows.torrent.get(f);
            if (network.isDead(source, now) || network.isDead(sink, now) || !advance(torrent, f, source, sink, step)) {
                stop(f);
            }
        }
    }

    /** Moves bytes; a flow that has used up its group goes on with the next of the same source. False when it has none. */
    private boolean advance(Torrent torrent, int f, int source, int sink, double step) {
        double perPiece = torrent.bytesPerPiece;
        double budget = flows.rate[f] * step / perPiece;
        double whole = Math.max(budget, 1e-12);
        while (true) {
            int group = flows.group[f];
            double part = Math.min(budget, torrent.available(source, sink, group));
            if (part > 0) {
                budget -= part;
                double at = now + step * (1 - budget / whole);
                traffic.pieces += torrent.receive(sink, group, part, at, at + delay);
                count(f, part * perPiece);
            }
            if (torrent.available(source, sink, group) > 1e-4) {
                return true;
            }
            torrent.release(sink, group);
            int next = now - flows.since[f] > UNCHOKE_INTERVAL || torrent.isComplete(sink)
                    ? Torrent.NONE
                    : torrent.pick(source, sink, dice);
            if (next == Torrent.NONE) {
                leftovers.add(flows.links, 4 * f, budget * perPiece);
                return false;
            }
            torrent.take(sink, next);
            flows.group[f] = next;
            if (budget <= 0) {
                return true;
            }
        }
    }

    private void count(int f, double bytes) {
        if (network.isOrigin(flows.source[f])) {
            traffic.origins += bytes;
        } else {
            traffic.peers += bytes;
            if (flows.links[4 * f + 2] >= 0) {
                traffic.crossRack += bytes;
            }
        }
    }

    private void stop(int f) {
        uploads[flows.source[f]]--;
        downloads[flows.sink[f]]--;
        flows.torrent.get(f).release(flows.sink[f], flows.group[f]);
        flows.remove(f);
    }
}
