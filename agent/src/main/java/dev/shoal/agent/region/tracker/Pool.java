package dev.shoal.agent.region.tracker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Members that can be drawn at random, added and removed in constant time. A member knows its place in each pool that it is in: a
 * map of them would be most of a tracker's memory, and its pauses. Not thread-safe.
 */
final class Pool<T extends Pool.Member> {
    /** How many pools may have the same member. */
    static final int KINDS = 3;

    private static final int ABSENT = -1;

    private final int kind;
    private final List<T> members = new ArrayList<>();

    /** What is held. A member is in one pool of each kind at most. */
    abstract static class Member {
        private final int[] places = new int[KINDS];

        Member() {
            Arrays.fill(places, ABSENT);
        }
    }

    /** @param kind within 0 to {@link #KINDS} - 1 */
    Pool(int kind) {
        this.kind = kind;
    }

    void add(T member) {
        if (place(member) == ABSENT) {
            move(member, members.size());
            members.add(member);
        }
    }

    void remove(T member) {
        int place = place(member);
        if (place != ABSENT) {
            T last = members.removeLast();
            if (place < members.size()) {
                members.set(place, last);
                move(last, place);
            }
            move(member, ABSENT);
        }
    }

    private int place(Member member) {
        return member.places[kind];
    }

    private void move(Member member, int place) {
        member.places[kind] = place;
    }

    int size() {
        return members.size();
    }

    /** Draws: all members where there are no more than {@code looks}, else that many times at random, the same twice perhaps. */
    void draw(int looks, RandomGenerator dice, Consumer<T> into) {
        if (members.size() <= looks) {
            members.forEach(into);
            return;
        }
        for (int i = 0; i < looks; i++) {
            into.accept(members.get(dice.nextInt(members.size())));
        }
    }
}
