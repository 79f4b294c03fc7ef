package io.behavioranalytics.event;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Names that are frequent in events, each with a number below {@value #END} that stands for it in {@link EventBody}. */
final class FrequentNames {
    /** No number is as great, ever. */
    static final int END = 96;

    /** Only ever added to at the end: stored bytes refer to the places. */
    private static final String[] NAMES = {
        "url",
        "title",
        "referrer",
        "userAgent",
        "ip",
        "device",
        "country",
        "locale",
        "timezone",
        "browser",
        "os",
        "city",
        "region",
        "language",
        "campaign",
        "medium",
        "source",
        "term",
        "content",
        "id",
        "name",
        "type",
        "category",
        "step",
        "formId",
        "formName",
        "fields",
        "amount",
        "currency",
        "price",
        "quantity",
        "product",
        "productId",
        "sku",
        "query",
        "filter",
        "results",
        "duration",
        "seconds",
        "percent",
        "depth",
        "videoId",
        "fileName",
        "emailId",
        "campaignId",
        "templateId",
        "channel",
        "status",
        "reason",
        "plan",
        "formCompletion",
        "timeSpent",
        "direction",
        "outcome"
    };

    private static final Map<String, Integer> CODES = codes();

    private FrequentNames() {}

    private static Map<String, Integer> codes() {
        Map<String, Integer> codes = new HashMap<>();
        for (int i = 0; i < NAMES.length; i++) {
            codes.put(NAMES[i], i);
        }
        return Collections.unmodifiableMap(codes);
    }

    /** The number of a name, or −1 if it has none. */
    static int code(String name) {
        Integer code = CODES.get(name);
        return code == null ? -1 : code;
    }

    /**
     * The name of a number.
     *
     * @throws IndexOutOfBoundsException if no name has it
     */
    static String name(int code) {
        return NAMES[code];
    }
}
