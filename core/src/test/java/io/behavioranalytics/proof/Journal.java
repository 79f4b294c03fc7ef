package io.behavioranalytics.proof;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** What happened in a simulation, line by line. One thread only. */
final class Journal {
    private final List<String> lines = new ArrayList<>();

    /**
     * Adds a line.
     *
     * @param parts what happened, each with a text that does not change from run to run
     */
    void add(Object... parts) {
        StringBuilder line = new StringBuilder();
        for (Object part : parts) {
            line.append(line.isEmpty() ? "" : " ").append(part);
        }
        lines.add(line.toString());
    }

    /**
     * The lines.
     *
     * @return all of them
     */
    List<String> lines() {
        return Collections.unmodifiableList(lines);
    }

    /**
     * The journal's fingerprint.
     *
     * @return SHA-256 of all lines
     */
    String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String line : lines) {
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
