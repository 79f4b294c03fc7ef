package io.behavioranalytics.jdbc.plan;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a database carries out one statement.
 *
 * @param words the plan in one line
 * @param indexes the indexes that it looks into, in small letters
 * @param scans the tables that it reads from one end to the other without an index, in small letters
 * @param rows the most rows that came out of one of its steps, or -1 if the database does not say
 * @param buffers the pages that it touched, or -1 if the database does not say
 */
record QueryPlan(String words, Set<String> indexes, Set<String> scans, long rows, long buffers) {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 24, 64, 1_000_000, 1 << 20, 256, 40);
    private static final Pattern H2_ACCESS =
            Pattern.compile("/\\* (?:\"?\\w+\"?\\.)\"?(\\w+)\"?(\\.tableScan)?(?=:| \\*/|\n)");

    QueryPlan {
        indexes = Set.copyOf(indexes);
        scans = Set.copyOf(scans);
    }

    /**
     * Reads what PostgreSQL says.
     *
     * @param json the reply to EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)
     * @return the plan
     */
    static QueryPlan ofPostgres(String json) {
        List<?> reply = (List<?>) java.util.Objects.requireNonNull(Json.parse(json, LIMITS));
        Map<?, ?> plan = (Map<?, ?>) java.util.Objects.requireNonNull(((Map<?, ?>) reply.get(0)).get("Plan"));
        Set<String> indexes = new TreeSet<>();
        Set<String> scans = new TreeSet<>();
        long rows = visit(plan, indexes, scans);
        return new QueryPlan(
                words(plan),
                indexes,
                scans,
                rows,
                number(plan.get("Shared Hit Blocks")) + number(plan.get("Shared Read Blocks")));
    }

    private static long visit(Map<?, ?> node, Set<String> indexes, Set<String> scans) {
        if (node.get("Index Name") instanceof String index) {
            indexes.add(index);
        }
        if ("Seq Scan".equals(node.get("Node Type"))) {
            scans.add(String.valueOf(node.get("Relation Name")));
        }
        long most = passed(node);
        for (Map<?, ?> child : children(node)) {
            most = Math.max(most, visit(child, indexes, scans));
        }
        return most;
    }

    /** The rows that a step looked at, in all of its runs. */
    private static long passed(Map<?, ?> node) {
        double loops = Math.max(1, decimal(node.get("Actual Loops")));
        return Math.round(loops
                * (decimal(node.get("Actual Rows"))
                        + decimal(node.get("Rows Removed by Filter"))
                        + decimal(node.get("Rows Removed by Index Recheck"))));
    }

    private static String words(Map<?, ?> node) {
        StringBuilder text = new StringBuilder(String.valueOf(node.get("Node Type")));
        if (node.get("Operation") instanceof String operation) {
            text = new StringBuilder(operation);
        }
        if (node.get("Index Name") instanceof String index) {
            text.append(' ').append(index);
        } else if (node.get("Relation Name") instanceof String table) {
            text.append(' ').append(table);
        }
        if (node.get("Sort Space Type") instanceof String where && where.equals("Disk")) {
            text.append(" on disk");
        }
        text.append(' ').append(Math.round(decimal(node.get("Actual Rows"))));
        if (number(node.get("Actual Loops")) > 1) {
            text.append('×').append(number(node.get("Actual Loops")));
        }
        long removed = number(node.get("Rows Removed by Filter"));
        if (removed > 0) {
            text.append(" (").append(removed).append(" left out)");
        }
        List<Map<?, ?>> children = children(node);
        if (children.size() == 1) {
            text.append(" ← ").append(words(children.get(0)));
        } else if (children.size() > 1) {
            text.append(" ← [")
                    .append(children.stream().map(QueryPlan::words).collect(Collectors.joining("; ")))
                    .append(']');
        }
        return text.toString();
    }

    private static List<Map<?, ?>> children(Map<?, ?> node) {
        List<Map<?, ?>> children = new ArrayList<>();
        if (node.get("Plans") instanceof List<?> plans) {
            plans.forEach(plan -> children.add((Map<?, ?>) java.util.Objects.requireNonNull(plan)));
        }
        return children;
    }

    private static long number(@Nullable Object value) {
        return Math.round(decimal(value));
    }

    private static double decimal(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    /**
     * Reads what H2 says.
     *
     * @param text the reply to EXPLAIN
     * @return the plan
     */
    static QueryPlan ofH2(String text) {
        Set<String> indexes = new LinkedHashSet<>();
        Set<String> scans = new LinkedHashSet<>();
        Matcher access = H2_ACCESS.matcher(text);
        while (access.find()) {
            String name = access.group(1).toLowerCase(Locale.ROOT);
            (access.group(2) == null ? indexes : scans).add(name);
        }
        indexes.remove("function");
        List<String> words = new ArrayList<>(indexes);
        scans.forEach(table -> words.add("table scan " + table));
        return new QueryPlan(words.isEmpty() ? "no table is read" : String.join(", ", words), indexes, scans, -1, -1);
    }
}
