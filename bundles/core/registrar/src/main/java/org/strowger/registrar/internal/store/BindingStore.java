package org.strowger.registrar.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.OncePerMinute;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.BatchSpec;
import org.strowger.persistence.api.BatchWriter;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.registrar.internal.bindings.Bound;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** Bindings on disk: many in one transaction, in the order they were made. */
public final class BindingStore {

  private static final Logger LOG = LoggerFactory.getLogger(BindingStore.class);
  /** While the database is away changes wait this long, and the phones with them; after that they are told to try again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Domain domain;
  private final BatchWriter<Change> writer;
  private final OncePerMinute complaints;

  /** @param bound null to remove it */
  private record Change(AccountId account, String key, Bound bound) {}

  /** Blocks: migrates. */
  public BindingStore(Database database, Time time) {
    this.complaints = new OncePerMinute(time);
    this.domain = database.open(DomainSpec.of("registrar", BindingStore.class));
    this.writer = domain.writer(BatchSpec.named("registrations").maxQueue(200_000).patience(PATIENCE), BindingStore::write);
  }

  public void close() {
    writer.close();
  }

  /** Completes when it is durable, or exceptionally when it is not and will not be; on the writer's thread. */
  public CompletionStage<Void> put(AccountId account, Bound bound) {
    return write(new Change(account, bound.key(), bound));
  }

  /** As {@link #put}. */
  public CompletionStage<Void> remove(AccountId account, String key) {
    return write(new Change(account, key, null));
  }

  private CompletionStage<Void> write(Change change) {
    return writer.write(change).whenComplete((done, failure) -> {
      if (failure != null && complaints.due(failure instanceof DatabaseException e ? e.kind().name() : failure.getClass().getName())) {
        LOG.warn("registrations, as of account {}, are not on disk, their REGISTER gets 503: {}", change.account(), failure.getMessage());
      }
    });
  }

  public int waiting() {
    return writer.waiting();
  }

  private static void write(Connection connection, List<Change> batch) throws SQLException {
    // The last word on each binding counts; in order of key, so that two writers never wait for each other.
    var last = new TreeMap<String, Change>();
    batch.forEach(change -> last.put(change.account() + " " + change.key(), change));
    try (var delete = connection.prepareStatement("delete from registrar.binding where account = ? and contact = ?");
        var upsert = connection.prepareStatement("insert into registrar.binding (account, contact, display_name, parameters, path, transport,"
            + " local_address, remote_address, symmetric_flow, q, expires, refreshed, call_id, cseq, user_agent) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " on conflict (account, contact) do update set display_name = excluded.display_name, parameters = excluded.parameters, path = excluded.path,"
            + " transport = excluded.transport, local_address = excluded.local_address, remote_address = excluded.remote_address, symmetric_flow = excluded.symmetric_flow, q = excluded.q,"
            + " expires = excluded.expires, refreshed = excluded.refreshed, call_id = excluded.call_id, cseq = excluded.cseq, user_agent = excluded.user_agent")) {
      for (Change change : last.values()) {
        if (change.bound() == null) {
          delete.setInt(1, change.account().value());
          delete.setString(2, change.key());
          delete.addBatch();
        } else {
          set(upsert, change.account(), change.bound());
          upsert.addBatch();
        }
      }
      delete.executeBatch();
      upsert.executeBatch();
    }
  }

  private static void set(PreparedStatement upsert, AccountId account, Bound bound) throws SQLException {
    int i = 0;
    upsert.setInt(++i, account.value());
    upsert.setString(++i, bound.key());
    upsert.setString(++i, bound.displayName());
    upsert.setString(++i, Lines.join(bound.parameters()));
    upsert.setString(++i, String.join("\n", bound.path().stream().map(SipUri::toString).toList()));
    upsert.setString(++i, bound.flow().transport().name());
    upsert.setString(++i, bound.flow().local().toString());
    upsert.setString(++i, bound.flow().remote().toString());
    upsert.setBoolean(++i, bound.flow().symmetric());
    upsert.setInt(++i, bound.qThousandths());
    upsert.setObject(++i, bound.expires().atOffset(ZoneOffset.UTC));
    upsert.setObject(++i, bound.refreshed().atOffset(ZoneOffset.UTC));
    upsert.setString(++i, bound.callId());
    upsert.setLong(++i, bound.cseq());
    upsert.setString(++i, bound.userAgent());
  }

  /** What is live now, by account; rows that are not any more are dropped on the way. */
  public Map<AccountId, List<Bound>> load(Instant now) {
    return domain.tx().required(() -> {
      try (var drop = domain.tx().connection().prepareStatement("delete from registrar.binding where expires <= ?")) {
        drop.setObject(1, now.atOffset(ZoneOffset.UTC));
        drop.executeUpdate();
      }
      var live = new LinkedHashMap<AccountId, List<Bound>>();
      try (var select = domain.tx().connection().prepareStatement("select account, contact, display_name, parameters, path, transport, local_address,"
              + " remote_address, symmetric_flow, q, expires, refreshed, call_id, cseq, user_agent from registrar.binding order by account, refreshed");
          var rows = select.executeQuery()) {
        while (rows.next()) {
          read(rows, live);
        }
      }
      return live;
    });
  }

  private static void read(ResultSet row, Map<AccountId, List<Bound>> live) throws SQLException {
    int owner = row.getInt("account");
    try {
      var account = new AccountId(owner);
      List<SipUri> path = row.getString("path").lines().map(SipUri::parse).toList();
      var flow = new Flow(Transport.valueOf(row.getString("transport")), HostPort.parse(row.getString("local_address"), 0), HostPort.parse(row.getString("remote_address"), 0),
          row.getBoolean("symmetric_flow"));
      var bound = new Bound(SipUri.parse(row.getString("contact")), row.getString("display_name"), Lines.split(row.getString("parameters")), path, flow, row.getInt("q"),
          instant(row, "expires"), instant(row, "refreshed"), row.getString("call_id"), row.getLong("cseq"), row.getString("user_agent"));
      live.computeIfAbsent(account, id -> new ArrayList<>()).add(bound);
    } catch (RuntimeException e) {
      LOG.warn("a stored registration of account {} cannot be read and is passed over: {}", owner, e.toString());
    }
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
