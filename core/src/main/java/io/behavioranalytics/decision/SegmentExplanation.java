package io.behavioranalytics.decision;

import io.behavioranalytics.condition.Change;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a subject is in a segment, or is not. It shows the subject's own data and is meant for who asked, for no log.
 *
 * @param subject who
 * @param segmentId the segment
 * @param segmentKey its key
 * @param segmentVersion the version that was asked
 * @param asOf the instant of the question
 * @param member whether the subject is in it, by the criteria as they stand in {@code why}
 * @param why the clauses with their answers and what they saw
 * @param outlook when time alone changes that
 * @param remarks what has to be known beside, such as that the segment is switched off or the timeline has changed since
 */
public record SegmentExplanation(
        SubjectId subject,
        UUID segmentId,
        String segmentKey,
        long segmentVersion,
        Instant asOf,
        boolean member,
        Explanation why,
        Outlook outlook,
        List<String> remarks) {
    /**
     * What time alone does, if no event comes. Events that are stored already and lie ahead of the clock are counted in.
     *
     * @param changesAt the first microsecond at which the answer is another, or null if there is none before {@code until}
     * @param until up to when that was looked at, or null for all time
     */
    public record Outlook(
            @Nullable Instant changesAt, @Nullable Instant until) {}

    /** Copies the remarks. */
    public SegmentExplanation {
        remarks = List.copyOf(remarks);
    }

    /**
     * The smallest change that would turn the answer round.
     *
     * @return the change, or empty if none was found
     */
    public Optional<Change> smallestChange() {
        return why.smallestChange();
    }

    /**
     * The explanation for people.
     *
     * @return several lines
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(subject)
                .append(member ? " is in segment '" : " is not in segment '")
                .append(segmentKey)
                .append("' (version ")
                .append(segmentVersion)
                .append(") at ")
                .append(asOf)
                .append('\n')
                .append(why.text());
        append(text, smallestChange(), outlook, member ? "leaves" : "enters", remarks);
        return text.toString();
    }

    static void append(
            StringBuilder text, Optional<Change> change, Outlook outlook, String verb, List<String> remarks) {
        text.append("smallest change: ")
                .append(change.map(Change::words).orElse("none was found"))
                .append('\n');
        text.append("by time alone: ");
        if (outlook.changesAt() != null) {
            text.append(verb).append(" at ").append(outlook.changesAt());
        } else {
            text.append("never").append(outlook.until() == null ? "" : " before " + outlook.until());
        }
        text.append('\n');
        remarks.forEach(remark -> text.append("remark: ").append(remark).append('\n'));
    }

    /**
     * The explanation as compact JSON.
     *
     * @return one line of JSON
     */
    public String toJson() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("subject", subject.toString());
        fields.put("segment", segmentKey);
        fields.put("segmentId", segmentId.toString());
        fields.put("segmentVersion", segmentVersion);
        fields.put("asOf", asOf.toString());
        fields.put("member", member);
        fields.put("why", why.fields());
        put(fields, smallestChange(), outlook, remarks);
        return Json.write(fields);
    }

    static void put(
            Map<String, @Nullable Object> fields, Optional<Change> change, Outlook outlook, List<String> remarks) {
        fields.put("smallestChange", change.map(Change::fields).orElse(null));
        fields.put(
                "changesAt",
                outlook.changesAt() == null ? null : outlook.changesAt().toString());
        if (outlook.until() != null) {
            fields.put("lookedUntil", outlook.until().toString());
        }
        if (!remarks.isEmpty()) {
            fields.put("remarks", remarks);
        }
    }
}
