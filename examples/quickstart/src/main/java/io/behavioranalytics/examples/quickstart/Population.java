package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.SubjectId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who is in a clickstream: the leads, and the sessions that no lead was ever seen in. */
record Population(List<SubjectId> leads, List<SubjectId> anonymous) {
    static Population of(Collection<InputEvent> events) {
        Set<SubjectId> leads = new TreeSet<>();
        Set<SubjectId> sessions = new TreeSet<>();
        Set<String> linked = new HashSet<>();
        for (InputEvent event : events) {
            if (event.leadId() != null) {
                leads.add(SubjectId.lead(event.leadId()));
            }
            if (event.sessionId() != null) {
                sessions.add(SubjectId.session(event.sessionId()));
                if (event.leadId() != null) {
                    linked.add(event.sessionId());
                }
            }
        }
        sessions.removeIf(session -> linked.contains(session.value()));
        return new Population(List.copyOf(leads), List.copyOf(sessions));
    }
}
