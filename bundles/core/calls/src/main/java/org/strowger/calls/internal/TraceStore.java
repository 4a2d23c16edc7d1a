package org.strowger.calls.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.strowger.calls.api.CallTrace;
import org.strowger.calls.api.CallTrace.Step;
import org.strowger.kernel.CallId;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;

/** Traces on disk, one row for each call, written in groups. The last thousand are in memory too, so that nobody waits for the disk. */
public final class TraceStore implements Traces, AutoCloseable {

  private static final int RECENT = 1000;
  private static final int MOST_WAITING = 20_000;
  private static final int PURGED_AT_ONCE = 5000;
  /** A crash loses the traces of so long. */
  private static final Duration GATHER = Duration.ofMillis(500);

  private record Row(CallId call, Instant at, Trace trace) {}

  private final Tx tx;
  private final BatchWriter<Row> writer;
  private final Time time;
  private final LongAdder lost = new LongAdder();
  private final Map<CallId, Trace> recent = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<CallId, Trace> eldest) {
      return size() > RECENT;
    }
  };

  /** Blocks: migrates. */
  TraceStore(Database database, Time time) {
    Domain domain = database.open(DomainSpec.of("calls", TraceStore.class));
    this.tx = domain.tx();
    this.time = time;
    this.writer = domain.writer(
        BatchSpec.named("call-traces").maxQueue(MOST_WAITING).patience(Duration.ofSeconds(30)).gather(GATHER, GATHER), TraceStore::write);
  }

  @Override
  public void keep(CallId call, Trace trace) {
    synchronized (recent) {
      recent.put(call, trace);
    }
    writer.write(new Row(call, time.now(), trace)).whenComplete((done, failure) -> {
      if (failure != null) {
        lost.increment();
      }
    });
  }

  /** How many could not be written. */
  long lost() {
    return lost.sum();
  }

  @Override
  public Optional<CallTrace> find(CallId call) {
    synchronized (recent) {
      Trace trace = recent.get(call);
      if (trace != null) {
        return Optional.of(trace.print());
      }
    }
    return tx.required(() -> {
      try (var select = tx.connection().prepareStatement("select steps from calls.trace where call = ?")) {
        select.setLong(1, call.value());
        try (var rows = select.executeQuery()) {
          return rows.next() ? Optional.of(new CallTrace(call, parse(rows.getString(1)))) : Optional.empty();
        }
      }
    });
  }

  /** One statement of one shape, however many there are. A call that is up may come again: what is written last stays. */
  private static void write(Connection connection, List<Row> given) throws SQLException {
    var latest = new LinkedHashMap<CallId, Row>();
    given.forEach(row -> latest.put(row.call, row));
    var batch = latest.values();
    String sql = "insert into calls.trace (call, at, steps) select * from unnest(?::bigint[], ?::timestamptz[], ?::text[]) "
        + "on conflict (call) do update set at = excluded.at, steps = excluded.steps";
    try (var insert = connection.prepareStatement(sql)) {
      insert.setArray(1, connection.createArrayOf("bigint", batch.stream().map(row -> row.call.value()).toArray()));
      insert.setArray(2, connection.createArrayOf("text", batch.stream().map(row -> row.at.toString()).toArray()));
      insert.setArray(3, connection.createArrayOf("text", batch.stream().map(row -> print(row.trace.print().steps())).toArray()));
      insert.executeUpdate();
    }
  }

  /** Forgets what is older, a part at a time. @return whether there may be more */
  boolean purge(Instant before) {
    return tx.required(() -> {
      try (var delete = tx.connection().prepareStatement(
          "delete from calls.trace where call in (select call from calls.trace where at < ? order by at limit " + PURGED_AT_ONCE + ")")) {
        delete.setTimestamp(1, Timestamp.from(before));
        return delete.executeUpdate() == PURGED_AT_ONCE;
      }
    });
  }

  /** The first step's moment, then a line a step, fields parted by tabs; moments as microseconds after the first: printing instants costs more than the call. */
  static String print(List<Step> steps) {
    if (steps.isEmpty()) {
      return "";
    }
    Instant first = steps.get(0).at();
    var out = new StringBuilder(32 + steps.size() * 80).append(first).append('\n');
    for (Step step : steps) {
      out.append(first.until(step.at(), ChronoUnit.MICROS)).append('\t').append(step.offsetMillis()).append('\t').append(clean(step.stage())).append('\t').append(clean(step.by()))
          .append('\t').append(step.tookMicros()).append('\t').append(clean(step.what())).append('\n');
    }
    return out.toString();
  }

  static List<Step> parse(String text) {
    var steps = new ArrayList<Step>();
    String[] lines = text.split("\n");
    for (int i = 1; i < lines.length; i++) {
      String[] field = lines[i].split("\t", 6);
      if (field.length == 6) {
        Instant at = Instant.parse(lines[0]).plus(Long.parseLong(field[0]), ChronoUnit.MICROS);
        steps.add(new Step(at, Long.parseLong(field[1]), field[2], field[3], field[5], Long.parseLong(field[4])));
      }
    }
    return steps;
  }

  /** PostgreSQL takes no NUL, a line no line end. */
  private static String clean(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ') {
        return text.replaceAll("\\p{Cntrl}", "?");
      }
    }
    return text;
  }

  @Override
  public void close() {
    writer.close();
  }
}
