package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an author says of a trigger; the rest of a {@link Trigger} (id, version, instants) is the library's.
 *
 * <p>A draft may be faulty: {@link #check} says how, and a faulty one cannot be saved.
 *
 * @param key the key, or null to take the slug of the name; see {@link io.behavioranalytics.condition.DefinitionKey}
 * @param name what people call it, 1 to 200 characters, not blank
 * @param description what it is for, at most 2,000 characters, or null
 * @param event what it waits for
 * @param status whether it fires
 * @param conditions what must hold of the causing event and of the profile after it, all of them; at most 100
 * @param actions what is done, 1 to 50
 * @param targetSegments keys or ids of segments of which the subject must be in at least one; empty for everybody
 * @param cooldown how long one subject's next firing has to wait, 0 to 1,825 days; null for the setting's default
 * @param priority 0 to 1000; the higher fires first
 * @param cancelOn types of event that cancel what is still pending
 * @param onDefinitionChange whether entries and exits caused by a change of definition fire it (S16)
 * @param moderation what keeps it from doing too much
 */
public record TriggerDraft(
        @Nullable String key,
        String name,
        @Nullable String description,
        TriggerEvent event,
        Trigger.Status status,
        List<Condition> conditions,
        List<Action> actions,
        List<String> targetSegments,
        @Nullable Duration cooldown,
        int priority,
        List<EventType> cancelOn,
        boolean onDefinitionChange,
        Moderation moderation) {
    /** The longest cooldown: five years of 365 days. */
    public static final Duration MAX_COOLDOWN = Duration.ofDays(1_825);

    /** The greatest priority. */
    public static final int MAX_PRIORITY = 1_000;

    /** Copies the lists. */
    public TriggerDraft {
        conditions = List.copyOf(conditions);
        actions = List.copyOf(actions);
        targetSegments = List.copyOf(targetSegments);
        cancelOn = List.copyOf(cancelOn);
    }

    /**
     * Begins a draft of an active trigger without conditions, for everybody, with the default cooldown and priority 0.
     *
     * @param name what people call it
     * @param event what it waits for
     * @return a builder
     */
    public static Builder builder(String name, TriggerEvent event) {
        return new Builder(name, event);
    }

    /**
     * Begins a draft of an active trigger on events of a type.
     *
     * @param name what people call it
     * @param eventType the type
     * @return a builder
     * @throws IllegalArgumentException if the type is one of {@link TriggerEvent#RESERVED}
     */
    public static Builder builder(String name, EventType eventType) {
        return new Builder(name, new TriggerEvent.Happened(eventType));
    }

    /**
     * Reads a draft from JSON and checks all of it but the event and action types that the host knows.
     *
     * @param json the whole document, at most 500,000 bytes
     * @return the draft
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static TriggerDraft fromJson(String json) {
        return fromJson(json, type -> true, action -> true);
    }

    /**
     * Reads a draft from JSON and checks it.
     *
     * @param json the whole document, at most 500,000 bytes
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @param knownActions tells which types of action some live host carries out
     * @return the draft
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static TriggerDraft fromJson(String json, Predicate<EventType> knownTypes, Predicate<String> knownActions) {
        return TriggerJson.readDraft(json, knownTypes, knownActions);
    }

    /**
     * Writes this draft as JSON.
     *
     * @return JSON that {@link #fromJson(String)} reads as an equal draft, if the draft has no fault
     */
    public String toJson() {
        return Json.write(TriggerJson.write(this));
    }

    /**
     * Finds everything that is wrong with this draft.
     *
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @param knownActions tells which types of action some live host carries out
     * @return the violations, empty if it can be saved
     */
    public List<Violation> violations(Predicate<EventType> knownTypes, Predicate<String> knownActions) {
        List<Violation> out = new ArrayList<>();
        DefinitionJson.checkHeader(key, name, description, out);
        new TriggerValidator(knownTypes, knownActions, out).check(this);
        if (out.isEmpty()) {
            reread(knownTypes, knownActions, out);
        }
        return out;
    }

    /** Refuses what was built in Java and could not be read from a store again: lone surrogates, NUL, an id too long. */
    private void reread(Predicate<EventType> knownTypes, Predicate<String> knownActions, List<Violation> out) {
        try {
            TriggerJson.readDraft(toJson(), knownTypes, knownActions);
        } catch (InvalidDefinitionException e) {
            out.addAll(e.violations());
        }
    }

    /**
     * Refuses this draft if anything is wrong with it.
     *
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @param knownActions tells which types of action some live host carries out
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public void check(Predicate<EventType> knownTypes, Predicate<String> knownActions) {
        DefinitionJson.refuseIfAny(violations(knownTypes, knownActions));
    }

    /**
     * The key that the trigger will have: the one given, else the slug of the name.
     *
     * @return the key
     * @throws InvalidDefinitionException if none was given and none can be made of the name
     */
    public String resolvedKey() {
        return DefinitionJson.resolveKey(key, name);
    }

    /**
     * The same draft under a key.
     *
     * @param key the key
     * @return the changed copy
     */
    public TriggerDraft withKey(String key) {
        return new TriggerDraft(
                key,
                name,
                description,
                event,
                status,
                conditions,
                actions,
                targetSegments,
                cooldown,
                priority,
                cancelOn,
                onDefinitionChange,
                moderation);
    }

    /**
     * Makes the trigger.
     *
     * @param id its identity
     * @param version 1 for the first, one more with each change
     * @param defaultCooldown taken if the draft names none
     * @param activeFrom the instant from which it fires
     * @param createdAt when the first version was saved
     * @param updatedAt when this version was saved
     * @return the trigger
     * @throws InvalidDefinitionException if no key was given and none can be made of the name
     */
    public Trigger toTrigger(
            UUID id, long version, Duration defaultCooldown, Instant activeFrom, Instant createdAt, Instant updatedAt) {
        return new Trigger(
                id,
                resolvedKey(),
                version,
                name,
                description,
                event,
                status,
                conditions,
                actions,
                targetSegments,
                cooldown == null ? defaultCooldown : cooldown,
                priority,
                cancelOn,
                onDefinitionChange,
                moderation,
                activeFrom,
                createdAt,
                updatedAt);
    }

    /**
     * Makes the next version of a trigger, under its id and, unless this names another, its key.
     *
     * @param old the version before it
     * @param defaultCooldown taken if the draft names none
     * @param at when it is saved; one that was off fires for what comes true from then on
     * @return the trigger
     * @throws InvalidDefinitionException if a key was given that is none
     */
    public Trigger toNext(Trigger old, Duration defaultCooldown, Instant at) {
        TriggerDraft keyed = key == null ? withKey(old.key()) : this;
        Instant activeFrom = old.status() == Trigger.Status.ACTIVE ? old.activeFrom() : at;
        return keyed.toTrigger(old.id(), old.version() + 1, defaultCooldown, activeFrom, old.createdAt(), at);
    }

    /** Collects what an author says of a trigger. Not safe for several threads; may be built from more than once. */
    public static final class Builder {
        private final String name;
        private final TriggerEvent event;
        private final List<Condition> conditions = new ArrayList<>();
        private final List<Action> actions = new ArrayList<>();
        private final List<String> targetSegments = new ArrayList<>();
        private final List<EventType> cancelOn = new ArrayList<>();
        private @Nullable String key;
        private @Nullable String description;
        private Trigger.Status status = Trigger.Status.ACTIVE;
        private @Nullable Duration cooldown;
        private int priority;
        private boolean onDefinitionChange;
        private final List<Cap> caps = new ArrayList<>();
        private @Nullable Integer maxPerLead;
        private @Nullable Instant startDate;
        private @Nullable Instant endDate;
        private @Nullable Instant expiresAt;
        private @Nullable Duration expiresAfter;
        private @Nullable QuietHours quietHours;
        private Recheck recheck = Recheck.AT_TRIGGER;
        private @Nullable String exclusiveGroup;

        private Builder(String name, TriggerEvent event) {
            this.name = name;
            this.event = event;
        }

        /**
         * Sets the key.
         *
         * @param key the key
         * @return this builder
         */
        public Builder key(String key) {
            this.key = key;
            return this;
        }

        /**
         * Sets what it is for.
         *
         * @param description at most 2,000 characters
         * @return this builder
         */
        public Builder description(String description) {
            this.description = description;
            return this;
        }

        /**
         * Sets whether it fires.
         *
         * @param status the status
         * @return this builder
         */
        public Builder status(Trigger.Status status) {
            this.status = status;
            return this;
        }

        /**
         * Adds a condition.
         *
         * @param condition on the causing event or the profile after it
         * @return this builder
         */
        public Builder when(Condition condition) {
            conditions.add(condition);
            return this;
        }

        /**
         * Adds an action.
         *
         * @param action the action
         * @return this builder
         */
        public Builder action(Action action) {
            actions.add(action);
            return this;
        }

        /**
         * Adds a segment; the subject must be in at least one of those added.
         *
         * @param keyOrId the segment
         * @return this builder
         */
        public Builder targetSegment(String keyOrId) {
            targetSegments.add(keyOrId);
            return this;
        }

        /**
         * Sets how long one subject's next firing has to wait.
         *
         * @param cooldown 0 to 1,825 days; zero for none
         * @return this builder
         */
        public Builder cooldown(Duration cooldown) {
            this.cooldown = cooldown;
            return this;
        }

        /**
         * Sets the priority.
         *
         * @param priority 0 to 1000
         * @return this builder
         */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /**
         * Adds a type of event that cancels what is still pending.
         *
         * @param type the type
         * @return this builder
         */
        public Builder cancelOn(EventType type) {
            cancelOn.add(type);
            return this;
        }

        /**
         * Lets entries and exits caused by a change of definition fire it.
         *
         * @return this builder
         */
        public Builder onDefinitionChange() {
            onDefinitionChange = true;
            return this;
        }

        /**
         * Sets how often it fires for one subject at the most, ever.
         *
         * @param firings 1 to 1,000,000
         * @return this builder
         */
        public Builder maxPerLead(int firings) {
            this.maxPerLead = firings;
            return this;
        }

        /**
         * Sets from when on it fires: nothing that came true earlier does.
         *
         * @param start the first instant
         * @return this builder
         */
        public Builder startDate(Instant start) {
            this.startDate = start;
            return this;
        }

        /**
         * Sets until when it fires; what waits then is cancelled.
         *
         * @param end the first instant at which it does not
         * @return this builder
         */
        public Builder endDate(Instant end) {
            this.endDate = end;
            return this;
        }

        /**
         * Sets from when on what waits is not carried out any more.
         *
         * @param expiry the instant
         * @return this builder
         */
        public Builder expiresAt(Instant expiry) {
            this.expiresAt = expiry;
            return this;
        }

        /**
         * Sets how long after the firing an action may be carried out.
         *
         * @param span more than nothing, at most 400 days
         * @return this builder
         */
        public Builder expiresAfter(Duration span) {
            this.expiresAfter = span;
            return this;
        }

        /**
         * Adds a cap.
         *
         * @param cap the most actions of this trigger for one subject in a stretch of time
         * @return this builder
         */
        public Builder cap(Cap cap) {
            caps.add(cap);
            return this;
        }

        /**
         * Sets the quiet hours.
         *
         * @param hours in the lead's zone; {@link QuietHours#NONE} for none, whatever the settings say
         * @return this builder
         */
        public Builder quietHours(QuietHours hours) {
            this.quietHours = hours;
            return this;
        }

        /**
         * Sets when target segments and conditions on the profile have to hold.
         *
         * @param recheck when
         * @return this builder
         */
        public Builder recheck(Recheck recheck) {
            this.recheck = recheck;
            return this;
        }

        /**
         * Puts it into a group of which only one fires by one event.
         *
         * @param group the name of the group
         * @return this builder
         */
        public Builder exclusiveGroup(String group) {
            this.exclusiveGroup = group;
            return this;
        }

        /**
         * Makes the draft; whether it makes sense is checked when the trigger is defined.
         *
         * @return the draft
         */
        public TriggerDraft build() {
            return new TriggerDraft(
                    key,
                    name,
                    description,
                    event,
                    status,
                    conditions,
                    actions,
                    targetSegments,
                    cooldown,
                    priority,
                    cancelOn,
                    onDefinitionChange,
                    new Moderation(
                            maxPerLead,
                            startDate,
                            endDate,
                            expiresAt,
                            expiresAfter,
                            caps,
                            quietHours,
                            recheck,
                            exclusiveGroup));
        }
    }
}
