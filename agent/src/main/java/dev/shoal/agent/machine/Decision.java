package dev.shoal.agent.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** The state after an event, and what is to be done in this order. */
record Decision(MachineState state, List<Step> steps) {
    Decision {
        steps = List.copyOf(steps);
    }

    static Decision of(MachineState state, Step... steps) {
        return new Decision(state, List.of(steps));
    }

    /** The decisions over several items, one after the other. */
    static <T> Decision forEach(MachineState start, Iterable<T> items, BiFunction<MachineState, T, Decision> decide) {
        MachineState state = start;
        List<Step> steps = new ArrayList<>();
        for (T item : items) {
            Decision next = decide.apply(state, item);
            state = next.state;
            steps.addAll(next.steps);
        }
        return new Decision(state, steps);
    }

    /** This decision followed by what the next one makes of its state. */
    Decision then(java.util.function.Function<MachineState, Decision> next) {
        Decision after = next.apply(state);
        List<Step> all = new ArrayList<>(steps);
        all.addAll(after.steps);
        return new Decision(after.state, all);
    }
}
