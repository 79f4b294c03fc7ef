package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventView;
import java.io.IOException;
import java.io.InvalidObjectException;

/** The kind of device of the latest visit that named one; the codes are part of the written format. */
enum Device {
    UNKNOWN(0),
    DESKTOP(1),
    MOBILE(2),
    TABLET(3),
    OTHER(4);

    private static final Device[] ALL = values();

    private final int code;

    Device(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Reads {@code context.device}; an event that has no text there changes nothing. */
    static Device of(EventView event, Device before) {
        if (!(event.context().get("device") instanceof String name)) {
            return before;
        }
        for (Device device : ALL) {
            if (device.name().equalsIgnoreCase(name)) {
                return device;
            }
        }
        return OTHER;
    }

    static Device at(int code) throws IOException {
        for (Device device : ALL) {
            if (device.code == code) {
                return device;
            }
        }
        throw new InvalidObjectException("a profile fold names a device by an unknown code: " + code);
    }
}
