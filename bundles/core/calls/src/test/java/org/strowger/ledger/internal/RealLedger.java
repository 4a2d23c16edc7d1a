package org.strowger.ledger.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.api.Reservation;
import org.strowger.kernel.CallId;
import org.strowger.kernel.NodeId;
import org.strowger.kernel.Time;
import org.strowger.testkit.postgres.TestDatabase;

/** The switch's own ledger on a database of its own, for tests of those who use it. */
public final class RealLedger implements AutoCloseable {

  private final TestDatabase database = TestDatabase.open();
  private final OpenLedger open;

  public RealLedger(Time time) {
    open = new OpenLedger(database, time, new NodeId(0), "boot", config(), folder(), false);
  }

  /** For what ends while the database is away, which it never is here. */
  private static Path folder() {
    try {
      return Files.createTempDirectory("ledger");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it comes, but that nothing waits to share a commit. */
  private static LedgerConfig config() {
    return (LedgerConfig) Proxy.newProxyInstance(LedgerConfig.class.getClassLoader(), new Class<?>[] {LedgerConfig.class},
        (proxy, method, arguments) -> method.getName().endsWith("Gather") ? Integer.valueOf(0) : method.getDefaultValue());
  }

  /**
   * The ledger, whose every answer has come when it is asked: who asks goes on in the same event, and each run is as the last.
   *
   * @param granted told of each answer that concerns a call's talking time, before whoever asked
   */
  public LedgerService atOnce(BiConsumer<CallId, Reservation> granted) {
    return (LedgerService) Proxy.newProxyInstance(LedgerService.class.getClassLoader(), new Class<?>[] {LedgerService.class}, (proxy, method, arguments) -> {
      Object answer;
      try {
        answer = method.invoke(open.ledger, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      if (!(answer instanceof CompletionStage<?> stage)) {
        return answer;
      }
      try {
        Object value = stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        if (value instanceof Reservation reservation) {
          granted.accept(arguments[0] instanceof CallId call ? call : ((CallFacts) arguments[0]).call(), reservation);
        }
        return CompletableFuture.completedFuture(value);
      } catch (ExecutionException e) {
        return CompletableFuture.failedFuture(e.getCause());
      }
    });
  }

  public FundsService funds() {
    return open.funds;
  }

  public CdrService cdrs() {
    return open.cdrs;
  }

  public int holdingCalls() {
    return open.ledger.holdingCalls();
  }

  /** One number of a query in the ledger's tables. */
  public BigDecimal number(String sql) {
    return database.tx().required(() -> {
      try (var statement = database.tx().connection().createStatement(); var rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getBigDecimal(1);
      }
    });
  }

  @Override
  public void close() {
    open.close();
    database.close();
  }
}
