package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.report.Excluded;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.report.ReportRun;
import io.behavioranalytics.report.ReportTerms;
import io.behavioranalytics.report.SegmentStays;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Who was a member when, read change by change from what a store recorded, and what a report then has to say. */
final class PlainMembership {
    private final Map<SubjectId, Timeline> timelines = new LinkedHashMap<>();
    private final Map<SubjectId, List<MembershipChange>> changes = new LinkedHashMap<>();
    private final Membership membership;

    PlainMembership(Store store, UUID segment, Membership membership) {
        this.membership = membership;
        store.subjects().visit(Extent.WHOLE, history -> {
            timelines.put(history.subject(), history.timeline().orElseThrow());
            return true;
        });
        timelines
                .keySet()
                .forEach(subject ->
                        changes.put(subject, store.ledger().memberships(segment, subject, Integer.MAX_VALUE)));
    }

    /** Of what came true until then, what was recorded last holds. */
    private boolean isMember(SubjectId subject, Instant at) {
        boolean member = false;
        for (MembershipChange change : changes.getOrDefault(subject, List.of())) {
            member = change.effectiveAt().isAfter(at) ? member : change.entered();
        }
        return member;
    }

    /** Whether a subject is outside of the segment all the time, so that none of its events is looked at. */
    private boolean isOutside(SubjectId subject, ReportTerms terms) {
        return membership == Membership.NOW
                ? !isMember(subject, terms.asOf())
                : changes.getOrDefault(subject, List.of()).stream()
                        .noneMatch(change -> isMember(subject, change.effectiveAt()));
    }

    /** The report has to be that over the events that this reading lets through, and to count what it leaves out. */
    <R extends Report> void check(String name, Report report, Question<R> unfiltered, ReportTerms terms) {
        ReportRun<R> run = new ReportRun<>(unfiltered, terms);
        long outside = 0;
        long events = 0;
        for (Map.Entry<SubjectId, Timeline> entry : timelines.entrySet()) {
            SubjectId subject = entry.getKey();
            Timeline timeline = entry.getValue();
            boolean counts = timeline.size() > 0
                    && (subject.isLead() || !unfiltered.filter().leadsOnly());
            if (counts && isOutside(subject, terms)) {
                outside++;
                continue;
            }
            List<BehaviorEvent> through = new ArrayList<>();
            for (int i = 0; i < timeline.size(); i++) {
                BehaviorEvent event = timeline.event(i);
                Instant at = event.timestamp();
                boolean seen = event.category() != Category.SYSTEM
                        && !at.isAfter(terms.asOf())
                        && terms.retention().expiresAt(Micros.of(at), event.type(), event.category())
                                > Micros.of(terms.asOf());
                if (!seen || !counts || membership == Membership.NOW || isMember(subject, at)) {
                    through.add(event);
                } else {
                    events++;
                }
            }
            if (timeline.size() > 0) {
                run.accumulate(subject, Timeline.of(through), SegmentStays.ALWAYS);
            }
        }
        Report expected = run.result(true);
        assertThat(report.tables()).as(name).isEqualTo(expected.tables());
        assertThat(report.frame().coverage())
                .as(name)
                .isEqualTo(expected.frame().coverage());
        Excluded plain = expected.frame().excluded();
        assertThat(report.frame().excluded())
                .as(name)
                .isEqualTo(new Excluded(
                        plain.sessions(),
                        outside,
                        plain.systemEvents(),
                        plain.futureEvents(),
                        plain.expiredEvents(),
                        events,
                        plain.otherEvents(),
                        plain.unclearEvents()));
    }
}
