package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one visitor of an insurance site does, made up by chance.
 *
 * <p>A visitor comes anonymously, looks around, and comes back after days or stays away. Some start the quote form: it is
 * submitted, left with a word ({@code form_abandon}) or left in silence. Whoever submits it is a lead: the rest of that
 * session names it, and so do later visits that come from an e-mail. Some ask for a quote, some of those apply, some of
 * these complete the application. Leads get e-mails, texts and calls. Now and then another person of the household goes on
 * in the same session. One visitor in a hundred is a robot.
 */
final class Journey {
    private static final List<String> PRODUCTS = List.of("auto", "home", "life", "renters");
    private static final List<String> DEVICES = List.of("desktop", "desktop", "mobile", "mobile", "mobile", "tablet");
    private static final List<String> REFERRERS = List.of(
            "https://search.example/",
            "https://news.example/insurance",
            "https://compare.example/",
            "https://mail.example/");

    private final Dice dice;
    private final String number;
    private final String product;
    private final String device;
    private final List<String> pages;
    private final BiConsumer<Instant, Map<String, Object>> out;
    private Instant now;
    private int visits;
    private String session = "";
    private boolean submitted;
    private @Nullable String lead;

    /**
     * Prepares a journey.
     *
     * @param visitor the visitor's number, of which the ids are made
     * @param start when the first visit begins
     * @param out takes the events in order, as JSON values
     */
    Journey(Dice dice, int visitor, Instant start, BiConsumer<Instant, Map<String, Object>> out) {
        this.dice = dice;
        this.number = "%05d".formatted(visitor);
        this.now = start;
        this.out = out;
        product = dice.oneOf(PRODUCTS);
        device = dice.oneOf(DEVICES);
        pages = List.of(
                "/", "/" + product, "/pricing", "/coverage/" + product, "/compare", "/features", "/help", "/blog");
    }

    /** Goes on until the visitor stays away or the time is up. */
    void run(Instant end) {
        if (dice.chance(0.01)) {
            robot();
            return;
        }
        double interest = dice.between(35, 95) / 100.0;
        boolean comesBack = true;
        boolean byLetter = false;
        while (comesBack && now.isBefore(end)) {
            visit(interest, byLetter);
            now = now.plus(Duration.ofHours(10)).plus(dice.waiting(Duration.ofDays(3)));
            byLetter = submitted && now.isBefore(end) && letter();
            comesBack = byLetter || dice.chance(interest * 0.5);
        }
    }

    private void visit(double interest, boolean named) {
        visits++;
        session = "s-" + number + "-" + visits;
        lead = named ? "lead-" + number : null;
        arrive();
        lookAround(dice.between(0, 3));
        if (dice.chance(interest) && form()) {
            if (dice.chance(0.6)) {
                emit(EventType.QUOTE_REQUEST, Map.of("product", product), dice.between(300, 2_400));
                if (dice.chance(0.5)) {
                    apply();
                }
            }
            call();
            if (dice.chance(0.04)) {
                household();
            }
        }
    }

    private void lookAround(int count) {
        for (int i = 0; i < count; i++) {
            view(dice.oneOf(pages));
            switch (dice.between(1, 25)) {
                case 1, 2, 3 -> emit(EventType.TIME_ON_PAGE, Map.of("seconds", dice.between(15, 240)));
                case 4, 5 -> emit(EventType.SCROLL_DEPTH, Map.of("percent", 10 * dice.between(1, 10)));
                case 6, 7 -> emit(EventType.SEARCH_QUERY, Map.of("query", product + " insurance"));
                case 8 -> emit(EventType.FILTER_USAGE, Map.of("filter", "deductible"));
                case 9 -> emit(EventType.VIDEO_PLAY, Map.of("video", "how-claims-work"));
                case 10 -> emit(EventType.DOWNLOAD, Map.of("file", "coverage-" + product + ".pdf"));
                case 11 -> emit(EventType.CLICK_OUTBOUND, Map.of("to", "https://ratings.example/"));
                case 12 -> emit(EventType.SOCIAL_SHARE, Map.of("network", "mail"));
                default -> {}
            }
        }
    }

    /** Starts the quote form; tells whether it was submitted. */
    private boolean form() {
        String form = "quote-" + product;
        view("/quote/" + product);
        emit(EventType.FORM_START, Map.of("formId", form));
        if (dice.chance(0.6)) {
            now = now.plus(dice.seconds(60, 420));
            submit(form);
            return true;
        }
        if (dice.chance(0.7)) {
            now = now.plus(dice.seconds(30, 600));
            emit(EventType.FORM_ABANDON, map("formId", form, "formCompletion", 10 * dice.between(1, 9)));
        }
        if (dice.chance(0.3)) { // comes back to it after all
            now = now.plus(dice.seconds(600, 7_200));
            view("/quote/" + product);
            submit(form);
            return true;
        }
        return false;
    }

    private void submit(String form) {
        submitted = true;
        lead = "lead-" + number;
        emit(EventType.FORM_SUBMIT, Map.of("formId", form));
    }

    private void apply() {
        now = now.plus(dice.seconds(60, 600));
        emit(EventType.APPLICATION_START, Map.of("product", product));
        if (dice.chance(0.65)) {
            now = now.plus(dice.seconds(300, 1_500));
            emit(EventType.APPLICATION_COMPLETE, Map.of("product", product), dice.between(300, 2_400));
        }
    }

    /** An agent calls, or writes a text, within hours of the form. */
    private void call() {
        Instant left = now;
        now = now.plus(dice.waiting(Duration.ofHours(2)));
        if (dice.chance(0.25)) {
            emitApart("phone", EventType.PHONE_CALL, Map.of("seconds", dice.between(30, 900)));
        } else if (dice.chance(0.15)) {
            emitApart("sms", EventType.TEXT_INTERACTION, Map.of("direction", "inbound"));
        }
        now = left;
    }

    /** An e-mail to the lead; tells whether it led to a visit. */
    private boolean letter() {
        if (!dice.chance(0.6)) {
            return false;
        }
        lead = "lead-" + number;
        emitApart("email", EventType.EMAIL_OPEN, Map.of("campaign", "welcome"));
        if (dice.chance(0.05)) {
            emitApart("email", EventType.EMAIL_REPLY, Map.of("campaign", "welcome"));
        }
        boolean clicked = dice.chance(0.5);
        if (clicked) {
            emitApart("email", EventType.EMAIL_CLICK, Map.of("campaign", "welcome"));
        }
        return clicked;
    }

    /** Another person takes the same device: a lead of their own in the same session. */
    private void household() {
        now = now.plus(dice.seconds(120, 900));
        lead = "lead-" + number + "b";
        view("/quote/" + product);
        emit(EventType.FORM_START, Map.of("formId", "quote-" + product));
        now = now.plus(dice.seconds(60, 300));
        emit(EventType.FORM_SUBMIT, Map.of("formId", "quote-" + product));
    }

    private void robot() {
        session = "s-" + number + "-robot";
        arrive();
        int count = dice.between(25, 40);
        for (int i = 0; i < count; i++) {
            now = now.plusSeconds(1);
            send("web", EventType.PAGE_VIEW, Map.of(), null, Map.of("url", dice.oneOf(pages)), Map.of());
        }
    }

    /** The first page of a visit, with the circumstances. */
    private void arrive() {
        Map<String, Object> page = map("url", "/", "referrer", dice.oneOf(REFERRERS));
        Map<String, Object> context = map("device", device, "country", "US");
        send("web", EventType.PAGE_VIEW, Map.of(), null, page, context);
    }

    private void view(String url) {
        now = now.plus(dice.seconds(5, 120));
        send("web", EventType.PAGE_VIEW, Map.of(), null, Map.of("url", url), Map.of());
    }

    private void emit(EventType type, Map<String, Object> properties) {
        now = now.plus(dice.seconds(2, 60));
        send("web", type, properties, null, Map.of(), Map.of());
    }

    private void emit(EventType type, Map<String, Object> properties, int value) {
        now = now.plus(dice.seconds(2, 60));
        send("web", type, properties, value, Map.of(), Map.of());
    }

    /** What happens away from the site, outside of any session. */
    private void emitApart(String source, EventType type, Map<String, Object> properties) {
        String last = session;
        session = "";
        now = now.plus(dice.seconds(10, 300));
        send(source, type, properties, null, Map.of(), Map.of());
        session = last;
    }

    private void send(
            String source,
            EventType type,
            Map<String, Object> properties,
            @Nullable Integer value,
            Map<String, Object> page,
            Map<String, Object> context) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("timestamp", now.toString());
        event.put("eventType", type.name());
        if (lead != null) {
            event.put("leadId", lead);
        }
        if (!session.isEmpty()) {
            event.put("sessionId", session);
        }
        event.put("source", source);
        putFilled(event, "page", page);
        putFilled(event, "properties", properties);
        putFilled(event, "context", context);
        if (value != null) {
            event.put("value", value.longValue());
        }
        out.accept(now, event);
    }

    /** Keeps its order, which {@link Map#of} does not. */
    private static Map<String, Object> map(String name1, Object value1, String name2, Object value2) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name1, value1);
        map.put(name2, value2);
        return map;
    }

    private static void putFilled(Map<String, Object> event, String name, Map<String, Object> map) {
        if (!map.isEmpty()) {
            event.put(name, map);
        }
    }
}
