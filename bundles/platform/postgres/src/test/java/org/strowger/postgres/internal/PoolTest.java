package org.strowger.postgres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.strowger.hibernate.jdbc.Pool;
import org.strowger.hibernate.jdbc.Target;

/** The pool finds a server that comes back while somebody waits for it. */
@ResourceLock(OneServer.LOCK)
class PoolTest {

  /** Port 1 of loopback: nobody listens there. */
  private static final Target NOBODY = new Target("jdbc:postgresql://127.0.0.1:1/strowger", "strowger", "none");
  /** The pool's own pauses, ever longer ones, would take past the 5 s that a connection is waited for. */
  private static final int REFUSED = 12;

  @Test
  void aServerThatComesBackIsFoundAtOnce() throws Exception {
    Target there = OneServer.emptyDatabase();
    var asked = new AtomicInteger();
    try (Pool pool = Pool.open(() -> asked.incrementAndGet() <= REFUSED ? NOBODY : there, 2); Connection connection = pool.dataSource().getConnection()) {
      assertThat(connection.isValid(2)).isTrue();
      assertThat(asked.get()).isGreaterThan(REFUSED);
    }
  }
}
