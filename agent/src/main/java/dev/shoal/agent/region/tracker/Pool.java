package dev.shoal.agent.region.tracker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Members that can be drawn at random, added and removed in constant time. Not thread-safe. */
final class Pool<T> {
    private final List<T> members = new ArrayList<>();
    private final Map<T, Integer> places = new HashMap<>();

    void add(T member) {
        if (places.putIfAbsent(member, members.size()) == null) {
            members.add(member);
        }
    }

    void remove(T member) {
        Integer place = places.remove(member);
        if (place != null) {
            T last = members.removeLast();
            if (!last.equals(member)) {
                members.set(place, last);
                places.put(last, place);
            }
        }
    }

    int size() {
        return members.size();
    }

    /** Draws: all members where there are no more than {@code looks}, else that many times at random. */
    void draw(int looks, RandomGenerator dice, Set<T> into) {
        if (members.size() <= looks) {
            into.addAll(members);
            return;
        }
        for (int i = 0; i < looks; i++) {
            into.add(members.get(dice.nextInt(members.size())));
        }
    }
}
