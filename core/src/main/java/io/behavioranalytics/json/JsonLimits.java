package io.behavioranalytics.json;

/**
 * How large a document may be in every respect; the document's length is counted before anything is parsed.
 *
 * @param documentBytes the document's length in bytes of UTF-8, 1 or more
 * @param depth objects and arrays within each other, 1 to 256
 * @param tokens tokens in all: brackets, names and values, 1 or more
 * @param stringLength code points of a text, 1 or more
 * @param nameLength code points of a field's name, 1 or more
 * @param numberDigits digits of a number from its first digit that is not zero, 1 to 1,000
 */
public record JsonLimits(int documentBytes, int depth, int tokens, int stringLength, int nameLength, int numberDigits) {
    /** For definitions: 500,000 bytes, depth 64, 50,000 tokens, texts of 8,192, names of 128, numbers of 40 digits. */
    public static final JsonLimits DEFINITION = new JsonLimits(500_000, 64, 50_000, 8_192, 128, 40);

    /** For one event: 32 KiB, depth 8, 5,000 tokens, texts of 8,192, names of 128, numbers of 40 digits. */
    public static final JsonLimits EVENT = new JsonLimits(32_768, 8, 5_000, 8_192, 128, 40);

    /** Checks the limits. */
    public JsonLimits {
        require("documentBytes", documentBytes, Integer.MAX_VALUE);
        require("depth", depth, 256);
        require("tokens", tokens, Integer.MAX_VALUE);
        require("stringLength", stringLength, Integer.MAX_VALUE);
        require("nameLength", nameLength, Integer.MAX_VALUE);
        require("numberDigits", numberDigits, 1_000);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be 1 to " + most + ": " + value);
        }
    }
}
