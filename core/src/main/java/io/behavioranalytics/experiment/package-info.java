/** Which variant, and which wins: experiments, assignment, exposure, metrics and results. */
@NullMarked
package io.behavioranalytics.experiment;

import org.jspecify.annotations.NullMarked;
