package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When something should be done: an event, conditions, the actions, and rules of moderation; each change makes a new version.
 *
 * @param id the identity
 * @param key the unique slug of the name
 * @param version 1 for the first, one more with each change
 * @param name what people call it, 1 to 200 characters, not blank
 * @param description what it is for, or null
 * @param event what it waits for
 * @param status whether it fires
 * @param conditions what must hold of the causing event and of the profile after it, all of them
 * @param actions what is done, at least one
 * @param targetSegments keys or ids of segments of which the subject must be in at least one; empty for everybody
 * @param cooldown how long one subject's next firing has to wait, by decision instants; zero for none
 * @param priority 0 to 1000; the higher fires first within one decision
 * @param cancelOn types of event that cancel what is still pending
 * @param onDefinitionChange whether entries and exits caused by a change of definition fire it (S16)
 * @param moderation what keeps it from doing too much, at the wrong time, or beside another
 * @param activeFrom the instant from which it fires: nothing that came true earlier does
 * @param createdAt when the first version was saved
 * @param updatedAt when this version was saved
 */
public record Trigger(
        UUID id,
        String key,
        long version,
        String name,
        @Nullable String description,
        TriggerEvent event,
        Status status,
        List<Condition> conditions,
        List<Action> actions,
        List<String> targetSegments,
        Duration cooldown,
        int priority,
        List<EventType> cancelOn,
        boolean onDefinitionChange,
        Moderation moderation,
        Instant activeFrom,
        Instant createdAt,
        Instant updatedAt) {
    /** Whether a trigger fires. */
    public enum Status {
        /** Being written. */
        DRAFT,
        /** Fires. */
        ACTIVE,
        /** Switched off; what falls due meanwhile is cancelled. */
        INACTIVE;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }
    }

    /** Copies the lists. */
    public Trigger {
        conditions = List.copyOf(conditions);
        actions = List.copyOf(actions);
        targetSegments = List.copyOf(targetSegments);
        cancelOn = List.copyOf(cancelOn);
    }

    /**
     * This version in another status and from another instant on, for a question of what would be.
     *
     * @param other the status
     * @param from the instant from which it fires
     * @return the trigger, which is not saved
     */
    public Trigger activeFrom(Status other, Instant from) {
        return new Trigger(
                id,
                key,
                version,
                name,
                description,
                event,
                other,
                conditions,
                actions,
                targetSegments,
                cooldown,
                priority,
                cancelOn,
                onDefinitionChange,
                moderation,
                from,
                createdAt,
                updatedAt);
    }
}
