package io.behavioranalytics.event;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of subjects for log lines: keyed hashes, since ids are often e-mail addresses or telephone numbers, which a plain hash
 * would give away to anybody who tries them all. The key is this process's own and never leaves it.
 */
final class Pseudonyms {
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec KEY = newKey();

    private Pseudonyms() {}

    private static SecretKeySpec newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, ALGORITHM);
    }

    static String of(SubjectId subject) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            byte[] hash = mac.doFinal(subject.toString().getBytes(StandardCharsets.UTF_8));
            return subject.kind().name().toLowerCase(Locale.ROOT)
                    + '#'
                    + HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
