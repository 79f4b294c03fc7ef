package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerExecution;
import java.io.PrintStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Prints what the triggers did: totals, what became of their actions, and the first executions with their causes. */
final class TriggerReport {
    private static final int SHOWN = 20;

    private final Played played;
    private final PrintStream out;
    private final DateTimeFormatter time;
    private final Map<Trigger, List<TriggerExecution>> executions;

    TriggerReport(Played played, ZoneId zone, PrintStream out) {
        this.played = played;
        this.out = out;
        time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
        executions = new TreeMap<>(Comparator.comparing(Trigger::key));
        for (Trigger trigger : played.analytics().triggers().list()) {
            executions.put(trigger, played.analytics().triggers().executions(trigger.key(), null, Integer.MAX_VALUE));
        }
    }

    void totals() {
        TextTable table = new TextTable(
                "trigger", ">executions", ">actions", ">done", ">pending", ">cancelled", ">dead", "not fired");
        executions.forEach((trigger, fired) -> {
            Map<ActionStatus, Long> actions = fired.stream()
                    .flatMap(execution -> execution.actions().stream())
                    .collect(Collectors.groupingBy(this::status, Collectors.counting()));
            long all = actions.values().stream().mapToLong(Long::longValue).sum();
            long done = actions.getOrDefault(ActionStatus.DONE, 0L);
            long cancelled = actions.getOrDefault(ActionStatus.CANCELLED, 0L);
            long dead = actions.getOrDefault(ActionStatus.DEAD, 0L);
            table.row(
                    trigger.key(),
                    fired.size(),
                    all,
                    done,
                    all - done - cancelled - dead,
                    cancelled,
                    dead,
                    skips(trigger));
        });
        table.print(out);
        out.println("  the executors were asked: "
                + played.executors().stream()
                        .map(executor ->
                                executor.type() + " " + executor.requests().size())
                        .collect(Collectors.joining(", ")));
    }

    void executions() {
        List<TriggerExecution> ordered = new ArrayList<>();
        executions.values().forEach(ordered::addAll);
        ordered.sort(Comparator.comparing(TriggerExecution::executedAt)
                .thenComparing(TriggerExecution::triggerKey)
                .thenComparing(TriggerExecution::subject));
        Causes causes = new Causes(played.events());
        TextTable table = new TextTable("time", "trigger", "for", "cause", "actions");
        ordered.stream()
                .limit(SHOWN)
                .forEach(execution -> table.row(
                        time.format(execution.executedAt()),
                        execution.triggerKey(),
                        execution.subject(),
                        causes.describe(execution.cause()),
                        execution.actions().stream().map(this::action).collect(Collectors.joining(", "))));
        table.print(out);
        if (ordered.size() > SHOWN) {
            out.printf(Locale.ROOT, "  and %,d more%n", ordered.size() - SHOWN);
        }
    }

    Map<SubjectId, Long> executionsBySubject() {
        return executions.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(TriggerExecution::subject, Collectors.counting()));
    }

    /** Such as {@code cooldown 12, condition 3}. */
    private String skips(Trigger trigger) {
        Map<Skip.Reason, Long> reasons =
                played.analytics().triggers().skips(trigger.key(), null, Integer.MAX_VALUE).stream()
                        .collect(Collectors.groupingBy(Skip::reason, TreeMap::new, Collectors.counting()));
        return reasons.entrySet().stream()
                .map(entry -> entry.getKey().json() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private ActionStatus status(UUID action) {
        return find(action).status();
    }

    private String action(UUID id) {
        ActionRecord found = find(id);
        String reason = found.cancellation() == null
                ? ""
                : " by " + found.cancellation().json();
        return found.action().action().type() + " " + found.status().json() + reason;
    }

    private ActionRecord find(UUID id) {
        return played.analytics().actions().find(id).orElseThrow();
    }
}
