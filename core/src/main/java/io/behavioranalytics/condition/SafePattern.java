package io.behavioranalytics.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression whose cost is bounded: linear in the text (RE2), and small as a program.
 *
 * <p>RE2 unfolds counted repetitions before it runs, and nests them without limit: {@code ((a{1000}){1000}){1000}} would take
 * all memory merely to compile. So the size is estimated on the text of the pattern first, never below the true one, and the
 * compiled program is held against the same limit, since one step of matching costs its size.
 */
final class SafePattern {
    /** The longest pattern, in UTF-16 units. */
    static final int MAX_PATTERN = 1_024;

    /** The longest text that is looked at, in UTF-16 units. */
    static final int MAX_INPUT = 4_096;

    /** The largest program, in instructions. */
    static final int MAX_PROGRAM = 512;

    /** Far above what the estimate yields for a program of {@link #MAX_PROGRAM}, and cheap to compile still. */
    private static final long MAX_ESTIMATE = 20_000;

    private final Pattern pattern;

    private SafePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @param regex RE2 syntax
     * @return the pattern
     * @throws IllegalArgumentException if it is too long, malformed or too large; the message says which
     */
    static SafePattern compile(String regex) {
        if (regex.length() > MAX_PATTERN) {
            throw new IllegalArgumentException(
                    "has " + regex.length() + " characters, at most " + MAX_PATTERN + " are accepted");
        }
        if (new Size(regex).estimate() > MAX_ESTIMATE) {
            throw tooLarge();
        }
        Pattern compiled;
        try {
            compiled = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is not RE2 syntax: " + e.getDescription(), e);
        }
        if (compiled.programSize() > MAX_PROGRAM) {
            throw tooLarge();
        }
        return new SafePattern(compiled);
    }

    private static IllegalArgumentException tooLarge() {
        return new IllegalArgumentException(
                "is too large: its repetitions unfold to more than " + MAX_PROGRAM + " steps");
    }

    /**
     * Looks for the pattern in a text.
     *
     * @param text any text
     * @return true or false, or unknown if the text is longer than {@value #MAX_INPUT} characters
     */
    Truth find(CharSequence text) {
        if (text.length() > MAX_INPUT) {
            return Truth.UNKNOWN;
        }
        return Truth.of(pattern.matcher(text).find());
    }

    /**
     * How many instructions the pattern was compiled to.
     *
     * @return a positive number, at most {@value #MAX_PROGRAM}
     */
    int programSize() {
        return pattern.programSize();
    }

    /**
     * Estimates the size of a program by reading the pattern once: each atom counts, each repetition multiplies what it
     * repeats. Malformed patterns yield some number; the compiler refuses them afterwards.
     */
    static final class Size {
        /** Where sums stop growing. */
        private static final long ENOUGH = 1L << 40;

        private final String regex;
        private int at;

        Size(String regex) {
            this.regex = regex;
        }

        long estimate() {
            // Iterative: a pattern may open a thousand groups.
            long[] sums = new long[regex.length() + 1];
            int depth = 0;
            long atom = 0;
            while (at < regex.length()) {
                char c = regex.charAt(at);
                switch (c) {
                    case '(' -> {
                        sums[depth] = plus(sums[depth], atom);
                        atom = 0;
                        depth++;
                        sums[depth] = 0;
                        at++;
                    }
                    case ')' -> {
                        long group = plus(sums[depth], atom) + 2;
                        if (depth > 0) {
                            depth--;
                        }
                        atom = group;
                        at++;
                    }
                    case '*', '+', '?' -> {
                        atom = plus(atom, 1);
                        at++;
                    }
                    case '{' -> {
                        long times = repetitions();
                        if (times < 0) {
                            sums[depth] = plus(sums[depth], atom);
                            atom = 1;
                            at++;
                        } else {
                            atom = Math.min(ENOUGH, (atom + 1) * Math.max(1, times));
                        }
                    }
                    case '[' -> {
                        sums[depth] = plus(sums[depth], atom);
                        atom = 1;
                        skipClass();
                    }
                    case '\\' -> {
                        sums[depth] = plus(sums[depth], atom);
                        atom = skipEscape();
                    }
                    default -> {
                        sums[depth] = plus(sums[depth], atom);
                        atom = 1;
                        at++;
                    }
                }
            }
            long total = atom;
            for (int i = 0; i <= depth; i++) {
                total = plus(total, sums[i]);
            }
            return total;
        }

        private static long plus(long a, long b) {
            return Math.min(ENOUGH, a + b);
        }

        /** Reads {@code {n}}, {@code {n,}} or {@code {n,m}} and answers its larger number; −1, unmoved, if it is none. */
        private long repetitions() {
            int close = regex.indexOf('}', at);
            if (close < 0) {
                return -1;
            }
            long largest = 0;
            long number = 0;
            boolean digit = false;
            for (int i = at + 1; i < close; i++) {
                char c = regex.charAt(i);
                if (c >= '0' && c <= '9') {
                    number = Math.min(100_000, number * 10 + (c - '0'));
                    digit = true;
                } else if (c == ',' && digit) {
                    // {n,} keeps n copies and a loop.
                    largest = number + 1;
                    number = 0;
                } else {
                    return -1;
                }
            }
            if (!digit) {
                return -1;
            }
            at = close + 1;
            return Math.max(largest, number);
        }

        /** Moves behind a character class; a bracket right at its start stands for itself. */
        private void skipClass() {
            at++;
            if (at < regex.length() && regex.charAt(at) == '^') {
                at++;
            }
            boolean first = true;
            while (at < regex.length() && (first || regex.charAt(at) != ']')) {
                first = false;
                if (regex.startsWith("[:", at)) {
                    int end = regex.indexOf(":]", at + 2);
                    at = end < 0 ? at + 1 : end + 2;
                } else if (regex.charAt(at) == '\\') {
                    at += 2;
                } else {
                    at++;
                }
            }
            at++;
        }

        /**
         * Moves behind an escape, and answers how many atoms it was; {@code \x{…}} and {@code \p{…}} have braces that repeat
         * nothing, and between {@code \Q} and {@code \E} everything stands for itself.
         */
        private long skipEscape() {
            char kind = at + 1 < regex.length() ? regex.charAt(at + 1) : '\\';
            if (kind == 'Q') {
                int start = at + 2;
                int end = regex.indexOf("\\E", start);
                at = end < 0 ? regex.length() : end + 2;
                return Math.max(1, (end < 0 ? regex.length() : end) - start);
            }
            boolean braces = (kind == 'x' || kind == 'p' || kind == 'P') && regex.startsWith("{", at + 2);
            int close = braces ? regex.indexOf('}', at) : -1;
            at = close < 0 ? at + 2 : close + 1;
            return 1;
        }
    }
}
