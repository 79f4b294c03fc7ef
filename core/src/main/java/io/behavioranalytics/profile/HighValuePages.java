package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventView;
import java.util.List;

/**
 * Tells views of high-value pages from other page views; literal patterns only, so a match costs linear time.
 *
 * <p>The path is what stands between the host and the first {@code ?} or {@code #}. A pattern that starts with a slash is a
 * prefix of whole path segments. Any other pattern is a word: it must stand in one segment with neither a letter nor a digit
 * beside it. Letters match in either case; percent signs are not decoded.
 */
final class HighValuePages {
    private static final int MOST_PATTERNS = 256;
    private static final int LONGEST = 256;

    private final String[] words;
    private final String[] prefixes;

    HighValuePages(List<String> patterns) {
        if (patterns.size() > MOST_PATTERNS) {
            throw new IllegalArgumentException(
                    "highValuePages must be at most " + MOST_PATTERNS + " patterns: " + patterns.size());
        }
        patterns.forEach(HighValuePages::check);
        words = patterns.stream().filter(pattern -> !isPrefix(pattern)).toArray(String[]::new);
        prefixes = patterns.stream().filter(HighValuePages::isPrefix).toArray(String[]::new);
    }

    private static boolean isPrefix(String pattern) {
        return pattern.startsWith("/");
    }

    private static void check(String pattern) {
        boolean clean = !pattern.isEmpty()
                && pattern.length() <= LONGEST
                && pattern.chars().noneMatch(c -> c <= ' ' || c == 0x7f || c == '?' || c == '#');
        boolean formed = isPrefix(pattern)
                ? !pattern.contains("//")
                : clean
                        && pattern.indexOf('/') < 0
                        && Character.isLetterOrDigit(pattern.charAt(0))
                        && Character.isLetterOrDigit(pattern.charAt(pattern.length() - 1));
        if (!clean || !formed) {
            throw new IllegalArgumentException("a high-value page must be a word such as pricing or a path such as"
                    + " /products/auto, without spaces, ? and #, at most " + LONGEST + " characters: '"
                    + (pattern.length() <= 64 ? pattern : pattern.substring(0, 64) + "…") + "'");
        }
    }

    /** Reads {@code page.url}, or {@code properties.url} if the page has no text there. */
    boolean matches(EventView event) {
        Object url = event.page().get("url");
        if (!(url instanceof String)) {
            url = event.properties().get("url");
        }
        return url instanceof String text && matches(text);
    }

    boolean matches(String url) {
        int end = pathEnd(url);
        int start = pathStart(url, end);
        if (hasWord(url, start, end)) {
            return true;
        }
        for (String prefix : prefixes) {
            if (hasPrefix(url, start, end, prefix)) {
                return true;
            }
        }
        return false;
    }

    private static int pathEnd(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
        }
        return url.length();
    }

    private static int pathStart(String url, int end) {
        int slash = url.indexOf('/');
        if (slash < 0 || slash + 1 >= end || url.charAt(slash + 1) != '/') {
            return 0;
        }
        boolean hasHost = slash == 0 || url.charAt(slash - 1) == ':';
        int path = hasHost ? url.indexOf('/', slash + 2) : 0;
        return path < 0 || path > end ? end : path;
    }

    private boolean hasWord(String url, int start, int end) {
        boolean inside = false;
        for (int i = start; i < end; i++) {
            boolean before = inside;
            inside = Character.isLetterOrDigit(url.charAt(i));
            if (inside && !before && startsWithWord(url, i, end)) {
                return true;
            }
        }
        return false;
    }

    private boolean startsWithWord(String url, int from, int end) {
        for (String word : words) {
            int after = from + word.length();
            if (after <= end
                    && url.regionMatches(true, from, word, 0, word.length())
                    && (after == end || !Character.isLetterOrDigit(url.charAt(after)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasPrefix(String url, int start, int end, String prefix) {
        int after = start + prefix.length();
        return after <= end
                && url.regionMatches(true, start, prefix, 0, prefix.length())
                && (after == end || prefix.endsWith("/") || url.charAt(after) == '/');
    }
}
