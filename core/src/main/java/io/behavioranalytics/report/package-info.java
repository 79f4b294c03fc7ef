/** How do many subjects behave? Questions, the folds over timelines that answer them, and their answers. Knows values only. */
@NullMarked
package io.behavioranalytics.report;

import org.jspecify.annotations.NullMarked;
