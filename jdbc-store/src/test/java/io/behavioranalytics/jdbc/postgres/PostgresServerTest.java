package io.behavioranalytics.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
    @Test
    void starts() throws Exception {
        long t = System.nanoTime();
        try (PostgresServer server = PostgresServer.start()) {
            System.out.println("start " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            TestDatabase d = server.databases().freshSchema();
            TestDatabase icu = server.databases().freshDatabase(Databases.COLLATION_ICU_EN_US);
            System.out.println("dbs " + (System.nanoTime() - t) / 1e9);
            try (Connection c = d.connect();
                    Connection e = icu.connect()) {
                assertThat(Databases.sessionZone(c)).isEqualTo(Databases.foreignZone());
                assertThat(Databases.sessionZone(e)).isEqualTo(Databases.foreignZone());
            }
            t = System.nanoTime();
            server.crash();
            System.out.println("crash " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            server.restart();
            System.out.println("restart " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            server.kill();
            System.out.println("kill " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            server.restart();
            System.out.println("restart " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            server.pause();
            System.out.println("pause " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            server.resume();
            System.out.println("resume " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
            server.restart();
            System.out.println("restart " + (System.nanoTime() - t) / 1e9);
            t = System.nanoTime();
        }
    }
}
