package io.behavioranalytics.examples.conformance;

import org.jspecify.annotations.Nullable;

/**
 * One source of vectors: how a case of its file is put to the public API.
 *
 * <p>An answer has the shape of what the case expects: a number, a truth, a text, null, a list of answers, or a map of answers by the
 * names that are expected. It may answer more than a case expects. A missing end of an interval is null.
 */
interface Kind {
    /** The file's name, without its ending. */
    String name();

    /**
     * Puts a case to the library.
     *
     * @param inputs the case
     * @return the answer
     * @throws MalformedException if the case lacks something
     * @throws MissingMethodException if the library has no method for it
     * @throws NotApplicableException if it is of something that the library does not offer
     */
    @Nullable
    Object answer(Fields inputs);

    /**
     * Puts a case to the library that needs more of its file than itself.
     *
     * @param inputs the case
     * @param file its file
     * @return the answer
     * @throws MalformedException if the case lacks something
     * @throws MissingMethodException if the library has no method for it
     * @throws NotApplicableException if it is of something that the library does not offer
     */
    default @Nullable Object answer(Fields inputs, VectorFile file) {
        return answer(inputs);
    }

    /**
     * What a case expects: its field {@code expected}, or else all fields that begin so.
     *
     * @param inputs the case
     * @return in the shape of the answer
     * @throws MalformedException if it expects nothing
     */
    default @Nullable Object expectation(Fields inputs) {
        return inputs.names("expected") ? inputs.value("expected") : inputs.beginningWith("expected_");
    }
}
