package org.strowger.postgres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.strowger.hibernate.SecondLook;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;

/** When a bundle reads again what its predecessor may have changed; on a real server, whose transactions it asks for. */
@ResourceLock(OneServer.LOCK)
class SecondLookTest {

  private Duration passed = Duration.ZERO;
  private final Time time = new Time() {
    @Override
    public Instant now() {
      return Instant.EPOCH.plus(passed);
    }

    @Override
    public long ticks() {
      return passed.toNanos();
    }
  };
  private final AtomicInteger reads = new AtomicInteger();
  private final PostgresDatabase database = OneServer.on(OneServer.emptyDatabase());
  private final Target elsewhere = OneServer.emptyDatabase();
  private final SecondLook look = new SecondLook(database.tx(), time);
  private Connection other;

  /** A transaction that writes, of another database of the same server. */
  @BeforeEach
  void begin() throws Exception {
    other = elsewhere.connect(Duration.ofSeconds(10));
    other.setAutoCommit(false);
    try (Statement statement = other.createStatement()) {
      statement.execute("create table note (id int primary key)");
    }
  }

  @AfterEach
  void close() throws Exception {
    other.close();
    database.close();
  }

  private int readsAt(Duration later) {
    passed = passed.plus(later);
    look.look(reads::incrementAndGet);
    return reads.get();
  }

  @Test
  void readsOnceMoreWhenWhatWasUnderWayIsOver() throws Exception {
    assertThat(readsAt(Duration.ofSeconds(4))).isZero();
    assertThat(readsAt(Duration.ofSeconds(1))).isOne();
    assertThat(readsAt(Duration.ofMinutes(9))).isOne();
    assertThat(look.isOver()).isFalse();

    other.commit();

    assertThat(readsAt(Duration.ofSeconds(1))).isEqualTo(2);
    assertThat(look.isOver()).isTrue();
    assertThat(readsAt(Duration.ofMinutes(9))).isEqualTo(2);
  }

  /** Somebody's forgotten transaction is not asked for every second for ever. */
  @Test
  void waitsTenMinutesForWhatDoesNotEnd() {
    assertThat(readsAt(Duration.ofSeconds(5))).isOne();
    assertThat(readsAt(Duration.ofSeconds(594))).isOne();
    assertThat(look.isOver()).isFalse();

    assertThat(readsAt(Duration.ofSeconds(1))).isEqualTo(2);
    assertThat(look.isOver()).isTrue();
  }
}
