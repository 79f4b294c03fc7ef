package io.behavioranalytics.decision;

import io.behavioranalytics.condition.Change;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.trigger.Skip;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a trigger fires for a subject, or does not. It shows the subject's own data and is meant for who asked, for no log.
 *
 * @param subject for whom
 * @param triggerId the trigger
 * @param triggerKey its key
 * @param triggerVersion the version that was asked
 * @param cameTrueAt the instant at which its event came true, or is supposed to
 * @param decidedAt the decision instant
 * @param fires whether it fires
 * @param reasons why it does not, as the log of skips has it; the decision names the first that it meets
 * @param why everything that is asked of it, whether or not an earlier reason was enough
 * @param outlook for a question about now: when the same event would be answered otherwise
 * @param remarks what has to be known beside, such as what the log of skips says
 */
public record TriggerExplanation(
        SubjectId subject,
        UUID triggerId,
        String triggerKey,
        long triggerVersion,
        Instant cameTrueAt,
        Instant decidedAt,
        boolean fires,
        List<Skip.Reason> reasons,
        Explanation why,
        SegmentExplanation.Outlook outlook,
        List<String> remarks) {
    /** Copies the lists. */
    public TriggerExplanation {
        reasons = List.copyOf(reasons);
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
        StringBuilder text = new StringBuilder("trigger '")
                .append(triggerKey)
                .append("' (version ")
                .append(triggerVersion)
                .append(fires ? ") fires for " : ") does not fire for ")
                .append(subject)
                .append(" at ")
                .append(decidedAt);
        for (int i = 0; i < reasons.size(); i++) {
            text.append(i == 0 ? ": " : ", ").append(reasons.get(i).json());
        }
        text.append('\n').append(why.text());
        SegmentExplanation.append(text, smallestChange(), outlook, fires ? "blocked" : "fires", remarks);
        return text.toString();
    }

    /**
     * The explanation as compact JSON.
     *
     * @return one line of JSON
     */
    public String toJson() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("subject", subject.toString());
        fields.put("trigger", triggerKey);
        fields.put("triggerId", triggerId.toString());
        fields.put("triggerVersion", triggerVersion);
        fields.put("cameTrueAt", cameTrueAt.toString());
        fields.put("decidedAt", decidedAt.toString());
        fields.put("fires", fires);
        fields.put("reasons", reasons.stream().map(Skip.Reason::json).toList());
        fields.put("why", why.fields());
        SegmentExplanation.put(fields, smallestChange(), outlook, remarks);
        return Json.write(fields);
    }
}
