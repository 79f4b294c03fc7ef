package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerEvent;
import org.jspecify.annotations.Nullable;

/**
 * What triggers watch of a subject's profile, its pattern and the sides of thresholds its scores are on, against what was decided of it.
 * Not thread-safe.
 */
final class WatchedProfile {
    private final Plan plan;
    private final SubjectMemory memory;
    private final Walk.News news;
    private final Firings firings;
    /** Up to when what came from other subjects was decided there. */
    private final long elsewhere;

    private BehaviorPattern decidedPattern;

    WatchedProfile(Plan plan, SubjectMemory memory, Walk.News news, Firings firings, long elsewhere) {
        this.plan = plan;
        this.memory = memory;
        this.news = news;
        this.firings = firings;
        this.elsewhere = elsewhere;
        this.decidedPattern = news.pattern();
    }

    /**
     * Wakes triggers for what is other than it was decided of the profile.
     *
     * @param event what led to it, or null if time alone did
     * @param instant when it became so, or {@link Micros#ALWAYS} where a correction ends: then the watches know
     * @param oldest what came true before this instant is too old to fire
     */
    void compare(Watches watches, @Nullable EventView event, long instant, long oldest) {
        Cause cause = event == null ? new Cause.Clock() : new Cause.Event(event.id());
        // Where nothing came and nothing went, only a trigger that was changed finds a decided score on another side.
        boolean redefinedOnly = instant == Micros.ALWAYS
                && event == null
                && news.decidedOn() != plan.version()
                && news.arrived().isEmpty()
                && news.movedBy() == null;
        for (int i = 0; i < watches.thresholds().size(); i++) {
            Watches.Threshold threshold = watches.thresholds().get(i);
            Trigger trigger = threshold.trigger().trigger();
            boolean high = watches.isHigh(i);
            if (memory.high().contains(trigger.id()) == high) {
                continue;
            }
            if (high) {
                memory.high().add(trigger.id());
            } else {
                memory.high().remove(trigger.id());
            }
            if (high == threshold.rising() && !redefinedOnly) {
                TriggerEvent.ScoreCrossed crossed = (TriggerEvent.ScoreCrossed) trigger.event();
                wake(
                        threshold.trigger(),
                        new TriggerCause.Crossing(crossed.score().json(), crossed.threshold(), cause),
                        SubjectMemory.CauseKind.CROSSED,
                        event,
                        instant == Micros.ALWAYS ? watches.since(i) : instant,
                        oldest);
            }
        }
        BehaviorPattern before = decidedPattern;
        if (!plan.watchesPattern() || watches.pattern() == before) {
            return;
        }
        decidedPattern = watches.pattern();
        for (CompiledTrigger trigger : plan.onPattern()) {
            if (((TriggerEvent.PatternChanged) trigger.trigger().event()).matches(before, decidedPattern)) {
                wake(
                        trigger,
                        new TriggerCause.Pattern(before, decidedPattern, cause),
                        SubjectMemory.CauseKind.PATTERN,
                        event,
                        instant == Micros.ALWAYS ? watches.patternSince() : instant,
                        oldest);
            }
        }
    }

    private void wake(
            CompiledTrigger trigger,
            TriggerCause cause,
            SubjectMemory.CauseKind kind,
            @Nullable EventView event,
            long cameTrue,
            long oldest) {
        boolean fresh = event != null && news.fresh().contains(event.id());
        if ((event != null && event.imported()) || (!fresh && cameTrue <= elsewhere)) {
            return;
        }
        EventView causing = event != null && event.micros() == cameTrue ? event : null;
        firings.wake(new Firings.Wake(
                trigger,
                cause,
                kind,
                causing == null ? Firings.behindAll(cameTrue) : causing.key(),
                null,
                causing,
                cameTrue,
                oldest));
    }

    /** Cancels a pending action of a pattern or a score that at its instant is not what it was decided to be. */
    void check(SubjectMemory.Pending pending, @Nullable Watches watches) {
        CompiledTrigger trigger = plan.trigger(pending.triggerId());
        if (watches == null || trigger == null || trigger.trigger().version() != pending.triggerVersion()) {
            return;
        }
        boolean holds = true;
        if (trigger.trigger().event() instanceof TriggerEvent.PatternChanged changed) {
            holds = (changed.to() == null || changed.to() == watches.pattern())
                    && (changed.from() == null || changed.from() != watches.pattern());
        } else {
            for (int i = 0; i < watches.thresholds().size(); i++) {
                Watches.Threshold threshold = watches.thresholds().get(i);
                if (threshold.trigger().trigger().id().equals(pending.triggerId())) {
                    holds = watches.isHigh(i) == threshold.rising();
                }
            }
        }
        if (!holds) {
            firings.cancel(
                    Cancellation.Reason.SUPERSEDED, other -> other.actionId().equals(pending.actionId()));
        }
    }
}
