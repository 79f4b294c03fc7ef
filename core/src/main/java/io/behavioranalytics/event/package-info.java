/** What happened: events, their types, their order, and a subject's timeline. */
@NullMarked
package io.behavioranalytics.event;

import org.jspecify.annotations.NullMarked;
