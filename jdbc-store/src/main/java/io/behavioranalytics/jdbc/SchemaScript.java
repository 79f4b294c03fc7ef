package io.behavioranalytics.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The scripts that make the tables, one for each version, named as Flyway wants them; a script that was released is never edited.
 *
 * @param version 1 for the first
 * @param description what it brings
 * @param text the script, with the schema as {@code ${schema}}
 */
record SchemaScript(int version, String description, String text) {
    private static final List<String> NAMES =
            List.of("V1__tables", "V2__experiments", "V3__outlines", "V4__executions");

    /** The scripts of a dialect, in the order of their versions. */
    static List<SchemaScript> of(Dialect dialect) {
        List<SchemaScript> scripts = new ArrayList<>();
        for (String name : NAMES) {
            int version = Integer.parseInt(name.substring(1, name.indexOf("__")));
            String description = name.substring(name.indexOf("__") + 2).replace('_', ' ');
            scripts.add(new SchemaScript(version, description, read(dialect.folder() + "/" + name + ".sql")));
        }
        return scripts;
    }

    private static String read(String path) {
        try (InputStream in = SchemaScript.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the script " + path + " is missing from the library");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the script " + path + " cannot be read", e);
        }
    }

    /** SHA-256 of the text, in hexadecimal digits. */
    String checksum() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The statements for one schema. No statement of the scripts holds a semicolon inside a text. */
    List<String> statements(String quotedSchema) {
        StringBuilder code = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (!line.startsWith("--")) {
                code.append(line).append('\n');
            }
        }
        List<String> statements = new ArrayList<>();
        for (StringTokenizer parts = new StringTokenizer(code.toString(), ";"); parts.hasMoreTokens(); ) {
            String statement = parts.nextToken();
            if (!statement.isBlank()) {
                statements.add(statement.strip().replace("${schema}", quotedSchema));
            }
        }
        return statements;
    }
}
