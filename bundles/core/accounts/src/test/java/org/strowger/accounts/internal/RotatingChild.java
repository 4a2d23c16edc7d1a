package org.strowger.accounts.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.strowger.hibernate.jdbc.Target;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.postgres.internal.PostgresDatabase;

/** A process that seals every password under a new key, and is killed meanwhile. */
final class RotatingChild {

  private RotatingChild() {}

  public static void main(String[] arguments) {
    var target = new Target(System.getenv("STROWGER_TEST_URL"), System.getenv("STROWGER_TEST_USER"), System.getenv("STROWGER_TEST_PASSWORD"));
    var status = new DatabaseStatus(false, "", "", Optional.empty(), Optional.empty(), true);
    try (var database = new PostgresDatabase(() -> target, () -> status, 6, Time.SYSTEM); var switchboard = new AccountsFixture(database, Path.of(arguments[0]))) {
      System.out.println("rotating");
      System.out.flush();
      switchboard.rotation.rotate();
      System.out.println("done");
      System.out.flush();
    }
  }
}
