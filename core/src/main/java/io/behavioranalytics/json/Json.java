package io.behavioranalytics.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON: one parser with limits and one canonical writer. Stateless; safe to use from any thread.
 *
 * <p>A parsed value is a {@code Map} in the document's order, a {@code List}, a {@code String}, a {@code Long} where the
 * number is whole and fits, else a {@code BigDecimal} without trailing zeros, a {@code Boolean}, or null. So {@code 1},
 * {@code 1.0} and {@code 1e0} are one value, and so are {@code -0} and {@code 0}.
 *
 * <p>Names such as {@code @class}, {@code __proto__} or {@code $ref} are plain data: nothing is ever instantiated, looked up
 * or evaluated.
 */
public final class Json {
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private Json() {}

    /**
     * Parses one document.
     *
     * @param document the whole document, nothing after it but white space
     * @param limits how large it may be
     * @return the value
     * @throws JsonException if it is empty, is not JSON, or is beyond a limit
     */
    public static @Nullable Object parse(String document, JsonLimits limits) {
        // A text of n chars has at least n bytes, so the exact count is only needed near the limit.
        if (document.length() > limits.documentBytes() || utf8Length(document) > limits.documentBytes()) {
            throw tooLarge(limits);
        }
        return JsonReader.read(document, limits);
    }

    /**
     * Parses one document given in UTF-8, without a byte order mark.
     *
     * @param document the whole document
     * @param limits how large it may be
     * @return the value
     * @throws JsonException if it is empty, is not UTF-8, is not JSON, or is beyond a limit
     */
    public static @Nullable Object parse(byte[] document, JsonLimits limits) {
        if (document.length > limits.documentBytes()) {
            throw tooLarge(limits);
        }
        return JsonReader.read(decode(document), limits);
    }

    /**
     * Parses one document that is an object.
     *
     * @param document the whole document
     * @param limits how large it may be
     * @return the object's fields in their order
     * @throws JsonException as {@link #parse(String, JsonLimits)}, and with {@code NOT_OBJECT} if it is something else
     */
    public static Map<String, @Nullable Object> parseObject(String document, JsonLimits limits) {
        return object(parse(document, limits));
    }

    /**
     * Parses one document in UTF-8 that is an object.
     *
     * @param document the whole document
     * @param limits how large it may be
     * @return the object's fields in their order
     * @throws JsonException as {@link #parse(byte[], JsonLimits)}, and with {@code NOT_OBJECT} if it is something else
     */
    public static Map<String, @Nullable Object> parseObject(byte[] document, JsonLimits limits) {
        return object(parse(document, limits));
    }

    @SuppressWarnings("unchecked") // the reader makes no other maps
    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        if (value instanceof Map) {
            return (Map<String, @Nullable Object>) value;
        }
        throw new JsonException("NOT_OBJECT", "", "a JSON object is expected, not " + kind(value));
    }

    private static JsonException tooLarge(JsonLimits limits) {
        return new JsonException("SIZE", "", "the document is longer than " + limits.documentBytes() + " bytes");
    }

    private static String decode(byte[] document) {
        if (document.length >= 3
                && (document[0] & 0xff) == 0xef
                && (document[1] & 0xff) == 0xbb
                && (document[2] & 0xff) == 0xbf) {
            throw new JsonException("SYNTAX", "", "the document starts with a byte order mark; leave it out");
        }
        // ASCII in UTF-16 or UTF-32 is also well-formed UTF-8 full of NUL; no JSON text has a NUL among its first
        // bytes.
        for (int i = 0; i < Math.min(4, document.length); i++) {
            if (document[i] == 0) {
                throw notUtf8();
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(document))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
    }

    private static JsonException notUtf8() {
        return new JsonException("ENCODING", "", "the document is not UTF-8");
    }

    /**
     * Writes a value as compact canonical JSON: fields in the map's order, numbers without trailing zeros, nothing escaped
     * but quotes, backslashes and control characters.
     *
     * @param value a {@code Map} with text keys, {@code List}, {@code CharSequence}, {@code Number} (finite), {@code Boolean}
     *     or null, nested at most 256 deep
     * @return the JSON text
     * @throws IllegalArgumentException if there is anything else inside
     */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder(128);
        JsonWriter.write(value, out, 0);
        return out.toString();
    }

    /**
     * Normalizes a decimal: whole numbers that fit become {@code Long}, others lose their trailing zeros.
     *
     * @param decimal of moderate exponent, at most some thousands
     * @return a {@code Long} or a {@code BigDecimal}
     */
    public static Number number(BigDecimal decimal) {
        BigDecimal stripped = decimal.stripTrailingZeros();
        if (stripped.scale() <= 0 && (long) stripped.precision() - stripped.scale() <= 19) {
            BigInteger whole = stripped.toBigInteger();
            if (whole.compareTo(LONG_MIN) >= 0 && whole.compareTo(LONG_MAX) <= 0) {
                return whole.longValue();
            }
        }
        return stripped;
    }

    /**
     * Normalizes a double to the shortest decimal that reads back as the same double, on every Java version alike.
     *
     * @param value finite
     * @return a {@code Long} or a {@code BigDecimal}
     * @throws IllegalArgumentException if the value is infinite or not a number
     */
    public static Number fromDouble(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a number must be finite: " + value);
        }
        long whole = (long) value;
        if (whole == value && Math.abs(whole) <= 1L << 53) {
            return whole;
        }
        // Two different decimals of at most 15 digits never meet in one double, so this one is the shortest.
        double hundredfold = Math.rint(value * 100);
        if (Math.abs(hundredfold) < 1e15 && hundredfold / 100 == value) {
            return BigDecimal.valueOf((long) hundredfold, 2).stripTrailingZeros();
        }
        // Not Double.toString: before Java 19 it is not always the shortest (JDK-4511638).
        return number(new BigDecimal(NumberOutput.toString(value, true)));
    }

    /**
     * Normalizes a float to the shortest decimal that reads back as the same float: 0.1f is 0.1, not the double next to it.
     *
     * @param value finite
     * @return a {@code Long} or a {@code BigDecimal}
     * @throws IllegalArgumentException if the value is infinite or not a number
     */
    public static Number fromFloat(float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("a number must be finite: " + value);
        }
        return number(new BigDecimal(NumberOutput.toString(value, true)));
    }

    /**
     * Names the kind of a value for a message, without showing it.
     *
     * @param value any value
     * @return for example {@code a string}
     */
    public static String kind(@Nullable Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof CharSequence) {
            return "a string";
        } else if (value instanceof Number) {
            return "a number";
        } else if (value instanceof Boolean) {
            return "a boolean";
        } else if (value instanceof Map) {
            return "an object";
        } else if (value instanceof List) {
            return "an array";
        }
        return value.getClass().getName();
    }

    /**
     * The number of bytes that a text takes in UTF-8.
     *
     * @param text any text; a lone surrogate counts 3
     * @return 0 or more
     */
    public static int utf8Length(CharSequence text) {
        int length = text.length();
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A pair of surrogates is 4 bytes: 2 chars counted already, and 1 more for each.
                boolean paired =
                        Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1));
                if (paired) {
                    bytes += 2;
                    i++;
                } else {
                    bytes += c < 0x800 ? 1 : 2;
                }
            }
        }
        return bytes;
    }
}
