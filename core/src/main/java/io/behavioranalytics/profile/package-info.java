/** What is known of a subject: totals, visits, scores, pattern, and the ledger that explains a score. */
@NullMarked
package io.behavioranalytics.profile;

import org.jspecify.annotations.NullMarked;
