package io.behavioranalytics.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document from Jackson's token stream.
 *
 * <p>The limits are checked here, since Jackson's exceptions say neither code nor path; its own constraints stand behind as a
 * second fence, just outside ours. Duplicate names are found by the map that is built anyway. The recursion is as deep as
 * {@link JsonLimits#depth()} at most, which a deeper document never gets past.
 */
final class JsonReader {
    /** Beyond this decimal exponent a number is refused before it is expanded; 1e400 must still get through to be told from it. */
    private static final int MAX_EXPONENT = 1_000;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            // Outside names must neither fill the JVM's intern table nor make hash floods an exception of their own.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(257)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final JsonLimits limits;
    private final Object[] path; // names and indexes down to the current value
    private int depth;
    private int tokens;

    private JsonReader(JsonParser parser, JsonLimits limits) {
        this.parser = parser;
        this.limits = limits;
        this.path = new Object[limits.depth() + 1];
    }

    static @Nullable Object read(String document, JsonLimits limits) {
        try (JsonParser parser = FACTORY.createParser(document)) {
            JsonReader reader = new JsonReader(parser, limits);
            JsonToken first = reader.next();
            if (first == null) {
                throw new JsonException("NOT_OBJECT", "", "the document is empty; a JSON object is expected");
            }
            Object value = reader.value(first);
            reader.end();
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private @Nullable JsonToken next() throws IOException {
        JsonToken token;
        try {
            token = parser.nextToken();
        } catch (StreamReadException e) {
            throw syntax(e);
        }
        if (token != null && ++tokens > limits.tokens()) {
            throw new JsonException("TOO_MANY", "", "the document has more than " + limits.tokens() + " tokens");
        }
        return token;
    }

    private JsonException syntax(StreamReadException fault) {
        // Jackson looks at the value already when it is asked for the name.
        JsonStreamContext context = parser.getParsingContext();
        if (context.inObject() && context.getCurrentName() != null) {
            path[depth] = context.getCurrentName();
        }
        // Half a surrogate in a name does not get past Jackson, whose exceptions differ by their text alone.
        return String.valueOf(fault.getOriginalMessage()).contains("surrogate") ? unpaired() : syntax();
    }

    private JsonException unpaired() {
        return fault("UNICODE", "a surrogate without its pair is not accepted");
    }

    private JsonException syntax() {
        var at = parser.currentLocation();
        return fault(
                "SYNTAX",
                "not JSON at line " + at.getLineNr() + ", column " + at.getColumnNr()
                        + "; comments, single quotes, trailing commas, NaN, leading zeros and plus signs are not accepted");
    }

    private void end() throws IOException {
        boolean more;
        try {
            more = parser.nextToken() != null;
        } catch (StreamReadException e) {
            more = true;
        }
        if (more) {
            throw new JsonException("TRAILING", "", "something follows the end of the document");
        }
    }

    private @Nullable Object value(JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> text();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw syntax();
        };
    }

    private Map<String, @Nullable Object> object() throws IOException {
        enter();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (true) {
            JsonToken token = next();
            if (token == JsonToken.END_OBJECT) {
                break;
            }
            if (token != JsonToken.FIELD_NAME) {
                throw syntax();
            }
            String name = parser.currentName();
            path[depth] = name;
            checkCharacters(name);
            if (isLonger(name, limits.nameLength())) {
                throw fault("NAME", "a name must have at most " + limits.nameLength() + " characters");
            }
            if (fields.containsKey(name)) {
                throw fault("DUP_KEY", "the name stands twice in one object");
            }
            fields.put(name, valueAfter());
        }
        depth--;
        return fields;
    }

    private @Nullable Object valueAfter() throws IOException {
        JsonToken token = next();
        if (token == null) {
            throw syntax();
        }
        return value(token);
    }

    private List<@Nullable Object> array() throws IOException {
        enter();
        List<@Nullable Object> elements = new ArrayList<>();
        while (true) {
            path[depth] = elements.size();
            JsonToken token = next();
            if (token == JsonToken.END_ARRAY) {
                break;
            }
            if (token == null) {
                throw syntax();
            }
            elements.add(value(token));
        }
        depth--;
        return elements;
    }

    private void enter() {
        if (depth == limits.depth()) {
            throw fault("DEPTH", "objects and arrays must not be nested more than " + limits.depth() + " deep");
        }
        depth++;
        path[depth] = "";
    }

    private String text() throws IOException {
        String text;
        try {
            text = parser.getText();
        } catch (StreamReadException e) { // strings are read lazily
            throw syntax(e);
        }
        checkCharacters(text);
        if (isLonger(text, limits.stringLength())) {
            throw fault("SIZE", "a text must have at most " + limits.stringLength() + " characters");
        }
        return text;
    }

    private static boolean isLonger(String text, int codePoints) {
        return text.length() > codePoints && text.codePointCount(0, text.length()) > codePoints;
    }

    private void checkCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw fault("NUL", "the character U+0000 is not accepted");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw unpaired();
                }
                i++;
            }
        }
    }

    private Number number() throws IOException {
        char[] chars = parser.getTextCharacters();
        int start = parser.getTextOffset();
        int length = parser.getTextLength();
        if (length <= 18 && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        long adjusted = -1; // exponent of the first digit that is not zero, before the e
        int digits = 0;
        boolean fraction = false;
        boolean significant = false;
        long exponent = 0;
        for (int i = start; i < start + length; i++) {
            char c = chars[i];
            if (c == '.') {
                fraction = true;
            } else if (c == 'e' || c == 'E') {
                exponent = exponent(chars, i + 1, start + length);
                break;
            } else if (c != '-') {
                significant |= c != '0';
                digits += significant ? 1 : 0;
                // Whole digits count up from the first significant one; zeros after the point count down until it.
                if (!fraction) {
                    adjusted += significant ? 1 : 0;
                } else if (!significant) {
                    adjusted--;
                }
            }
        }
        if (!significant) {
            return 0L;
        }
        if (digits > limits.numberDigits()) {
            throw fault("NUMBER_RANGE", "a number must have at most " + limits.numberDigits() + " digits");
        }
        if (Math.abs(adjusted + exponent) > MAX_EXPONENT) {
            throw fault("NUMBER_RANGE", "the number's exponent is out of range");
        }
        try {
            return Json.number(new BigDecimal(chars, start, length));
        } catch (NumberFormatException e) { // an exponent padded with zeros beyond what BigDecimal reads
            throw fault("NUMBER_RANGE", "the number's exponent is out of range");
        }
    }

    private static long exponent(char[] chars, int from, int to) {
        long exponent = 0;
        boolean negative = false;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c == '-') {
                negative = true;
            } else if (c != '+') {
                exponent = Math.min(exponent * 10 + (c - '0'), 1_000_000_000L);
            }
        }
        return negative ? -exponent : exponent;
    }

    private JsonException fault(String code, String message) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= depth; i++) {
            Object step = path[i];
            if (step instanceof Integer) {
                text.append('[').append(step).append(']');
            } else if (step instanceof String name && !name.isEmpty()) {
                JsonPath.append(text, name);
            }
        }
        return new JsonException(code, text.toString(), message);
    }
}
