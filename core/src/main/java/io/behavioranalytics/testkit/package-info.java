/** For the tests of hosts: a facade on a clock that the test moves, and executors that write down what they are asked. */
@NullMarked
package io.behavioranalytics.testkit;

import org.jspecify.annotations.NullMarked;
