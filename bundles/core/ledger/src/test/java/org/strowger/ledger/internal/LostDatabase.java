package org.strowger.ledger.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.DatabaseStatus;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Participant;
import org.strowger.persistence.api.Tx;

/** A database that is away while the test says so. */
final class LostDatabase implements Database {

  private final Database real;
  volatile boolean away;
  /** What happens, once, while a transaction waits for its connection, or for its commit; null: nothing. */
  volatile Runnable connecting;
  volatile Runnable committing;

  LostDatabase(Database real) {
    this.real = real;
  }

  @Override
  public Domain open(DomainSpec spec) {
    Domain domain = real.open(spec);
    return new Domain() {
      @Override
      public DomainSpec spec() {
        return domain.spec();
      }

      @Override
      public String version() {
        return domain.version();
      }

      @Override
      public Tx tx() {
        return new LostTx(domain.tx());
      }

      @Override
      public <T> BatchWriter<T> writer(BatchSpec batches, BatchWriter.Rows<T> rows) {
        return domain.writer(batches, (connection, batch) -> {
          if (away) {
            throw new SQLException("the test lost it", "08006");
          }
          rows.write(connection, batch);
        });
      }

      @Override
      public DataSource dataSource() {
        return domain.dataSource();
      }
    };
  }

  @Override
  public Tx tx() {
    return new LostTx(real.tx());
  }

  @Override
  public DatabaseStatus status() {
    return real.status();
  }

  private final class LostTx implements Tx {

    private final Tx tx;

    private LostTx(Tx tx) {
      this.tx = tx;
    }

    @Override
    public <T> T required(Work<T> work) {
      if (away) {
        throw new DatabaseException(DatabaseException.Kind.UNAVAILABLE, "the test lost it", null);
      }
      Runnable first = connecting;
      Runnable last = committing;
      connecting = null;
      committing = null;
      if (first != null) {
        first.run();
      }
      return tx.required(() -> {
        T done = work.run();
        if (last != null) {
          last.run();
        }
        return done;
      });
    }

    @Override
    public Connection connection() {
      return tx.connection();
    }

    @Override
    public boolean active() {
      return tx.active();
    }

    @Override
    public void afterCommit(Runnable hook) {
      tx.afterCommit(hook);
    }

    @Override
    public <P extends Participant> P participant(Object key, Function<Connection, P> opener) {
      return tx.participant(key, opener);
    }
  }
}
