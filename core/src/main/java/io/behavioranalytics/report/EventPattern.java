package io.behavioranalytics.report;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of conditions that events meet one after the other, as column stores write it. Immutable.
 *
 * <p>{@code (?N)} is an event that meets the N-th condition, {@code .} is any event that meets one, {@code .*} is any number of them, and {@code
 * (?t op seconds)}, of which {@code op} is one of {@code >= > <= < == !=}, bounds the time from the event before it to the one behind
 * it, with any events between. Events that meet no condition are passed over.
 *
 * @param parts what it is made of, in order
 */
public record EventPattern(List<Part> parts) {
    private static final int MOST_PARTS = 200;

    /** A part of a pattern. */
    public sealed interface Part {}

    /**
     * An event that meets a condition.
     *
     * @param condition its number, from 1
     */
    public record Meets(int condition) implements Part {}

    /** An event that meets any condition. */
    public record AnyOne() implements Part {}

    /** Any number of events, none too. */
    public record AnyMany() implements Part {}

    /**
     * A bound of the time between the events around it.
     *
     * @param operator how it is compared
     * @param span what it is compared with
     */
    public record Gap(Comparator operator, Duration span) implements Part {}

    /** How a time is compared. */
    public enum Comparator {
        /** At least so long. */
        AT_LEAST(">="),
        /** At most so long. */
        AT_MOST("<="),
        /** Exactly so long. */
        EQUAL("=="),
        /** Shorter or longer. */
        DIFFERENT("!="),
        /** Longer. */
        MORE(">"),
        /** Shorter. */
        LESS("<");

        private final String sign;

        Comparator(String sign) {
            this.sign = sign;
        }

        boolean holds(long micros, long span) {
            return switch (this) {
                case AT_LEAST -> micros >= span;
                case AT_MOST -> micros <= span;
                case EQUAL -> micros == span;
                case DIFFERENT -> micros != span;
                case MORE -> micros > span;
                case LESS -> micros < span;
            };
        }
    }

    /** Copies the parts. */
    public EventPattern {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a pattern.
     *
     * @param text such as {@code (?1)(?t<=3600)(?2)}, at most 200 parts
     * @return the pattern
     * @throws IllegalArgumentException if it is none
     */
    public static EventPattern parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith(".*", at)) {
                parts.add(new AnyMany());
                at += 2;
            } else if (text.charAt(at) == '.') {
                parts.add(new AnyOne());
                at++;
            } else if (text.startsWith("(?", at) && text.indexOf(')', at) > 0) {
                int end = text.indexOf(')', at);
                parts.add(part(text.substring(at + 2, end)));
                at = end + 1;
            } else if (text.charAt(at) == ' ') {
                at++;
            } else {
                throw refused("at " + at);
            }
            if (parts.size() > MOST_PARTS) {
                throw refused("more than " + MOST_PARTS + " parts");
            }
        }
        return new EventPattern(parts);
    }

    private static Part part(String inside) {
        try {
            if (!inside.startsWith("t")) {
                int condition = Integer.parseInt(inside.strip());
                if (condition < 1) {
                    throw refused("condition " + condition);
                }
                return new Meets(condition);
            }
            String rest = inside.substring(1).strip();
            for (Comparator operator : Comparator.values()) {
                if (rest.startsWith(operator.sign)) {
                    BigDecimal seconds = new BigDecimal(
                            rest.substring(operator.sign.length()).strip());
                    return new Gap(
                            operator, Duration.ofNanos(seconds.movePointRight(9).longValueExact()));
                }
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw refused("a number that is none");
        }
        throw refused("a time without a comparison");
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(
                "a pattern is made of (?N), (?t op seconds), . and .*, and this one has " + what);
    }
}
