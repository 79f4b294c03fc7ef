package io.behavioranalytics.profile;

/** A set of sources as bits; all sources of the host's own share one. The bits are part of the written format. */
final class Sources {
    static final int PHONE = 1 << 3;
    static final int OFFLINE = 1 << 4;

    private Sources() {}

    static int bit(String source) {
        return switch (source) {
            case "web" -> 1;
            case "email" -> 1 << 1;
            case "sms" -> 1 << 2;
            case "phone" -> PHONE;
            case "offline" -> OFFLINE;
            case "server" -> 1 << 5;
            default -> 1 << 6;
        };
    }
}
