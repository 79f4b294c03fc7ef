package io.behavioranalytics.statistics;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a method found, or why the data are not enough for it.
 *
 * @param <T> what is found
 */
public sealed interface Finding<T> {
    /**
     * An answer.
     *
     * @param <T> what is found
     * @param get the answer
     */
    record Found<T>(T get) implements Finding<T> {}

    /**
     * No answer: a state of the data, not a fault.
     *
     * @param <T> what would have been found
     * @param reason why
     */
    record InsufficientData<T>(Shortage reason) implements Finding<T> {}

    /**
     * An answer.
     *
     * @param <T> what is found
     * @param value the answer
     * @return the finding
     */
    static <T> Finding<T> of(T value) {
        return new Found<>(value);
    }

    /**
     * No answer.
     *
     * @param <T> what would have been found
     * @param shortage why
     * @return the finding
     */
    static <T> Finding<T> insufficientData(Shortage shortage) {
        return new InsufficientData<>(shortage);
    }

    /**
     * The answer, if there is one.
     *
     * @return empty if the data are not enough
     */
    default Optional<T> value() {
        return this instanceof Found<T> found ? Optional.of(found.get()) : Optional.empty();
    }

    /**
     * Why there is no answer.
     *
     * @return empty if there is one
     */
    default Optional<Shortage> shortage() {
        return this instanceof InsufficientData<T> none ? Optional.of(none.reason()) : Optional.empty();
    }

    /**
     * The answer, which the caller knows to be there.
     *
     * @return the answer
     * @throws NoSuchElementException if the data are not enough; its message says why
     */
    default T orElseThrow() {
        if (this instanceof Found<T> found) {
            return found.get();
        }
        throw new NoSuchElementException(
                "insufficient data: " + shortage().map(Enum::name).orElse(""));
    }

    /**
     * Goes on with the answer, if there is one.
     *
     * @param <U> what follows from the answer
     * @param next makes it
     * @return what follows, or the same shortage
     */
    default <U> Finding<U> map(Function<? super T, ? extends U> next) {
        return flatMap(value -> of(next.apply(value)));
    }

    /**
     * Goes on with the answer, if there is one, to what may be short of data itself.
     *
     * @param <U> what follows from the answer
     * @param next makes it
     * @return what follows, or the same shortage
     */
    default <U> Finding<U> flatMap(Function<? super T, Finding<U>> next) {
        return this instanceof InsufficientData<T> none
                ? insufficientData(none.reason())
                : next.apply(((Found<T>) this).get());
    }
}
