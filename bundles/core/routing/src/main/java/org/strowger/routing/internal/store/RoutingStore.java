package org.strowger.routing.internal.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.strowger.hibernate.Entities;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.PasswordChange;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.secrets.CarrierKey;
import org.strowger.routing.internal.secrets.PasswordSeal;

/** Carriers and routing groups on disk. A version that is null changes whatever there is now. */
public class RoutingStore {

  private final Tx tx;
  private final Entities entities;
  private final EntryRows entryRows;
  private final PasswordSeal seal;

  /** Blocks: migrates. */
  public RoutingStore(Database database, Path key) {
    Domain domain = database.open(DomainSpec.of("routing", RoutingStore.class).sealedWith("carriers.key"));
    tx = domain.tx();
    entryRows = new EntryRows(tx);
    seal = new PasswordSeal(new CarrierKey(key));
    entities = Entities.open(domain, CarrierRow.class, GroupRow.class);
  }

  public void close() {
    entities.close();
  }

  public Tx tx() {
    return tx;
  }

  /** A carrier with its password in clear, for those who make calls. @param problem why it can get none: its password does not open, or what is stored breaks rules */
  public record Opened(Carrier carrier, String password, String problem) {
    @Override
    public String toString() {
      return "carrier " + carrier.id();
    }
  }

  public Carrier create(CustomerId customer, CarrierTerms terms, PasswordChange password) {
    return naming(terms.name(), "carrier_name", "a carrier's name is unique", () -> {
      var row = new CarrierRow(customer, terms);
      manager().persist(row);
      change(row, password);
      manager().flush();
      return row.toCarrier();
    });
  }

  public Carrier update(CarrierId id, Integer version, CarrierTerms terms, PasswordChange password) {
    return naming(terms.name(), "carrier_name", "a carrier's name is unique", () -> {
      CarrierRow row = locked(id);
      requireVersion("carrier", id, version, row.version);
      row.set(terms);
      change(row, password);
      manager().flush();
      return row.toCarrier();
    });
  }

  private void change(CarrierRow row, PasswordChange change) {
    if (change instanceof PasswordChange.Become become) {
      row.password = seal.close(new CarrierId(row.id), become.password());
    } else if (change instanceof PasswordChange.Remove) {
      row.password = null;
    }
    if (row.password != null && row.username == null) {
      throw new InvalidInput("username", null, "is required where there is a password; remove the password too to have no login");
    }
  }

  public void delete(CarrierId id) {
    try {
      tx.run(() -> {
        manager().remove(locked(id));
        manager().flush();
      });
    } catch (DatabaseException e) {
      if ("route_entry_carrier".equals(e.constraint().orElse(null))) {
        throw StrowgerException.conflict("carrier " + id + " is used by a routing group; remove its entries first");
      }
      throw e;
    }
  }

  public List<Carrier> carriers() {
    return tx.required(() -> rows().stream().map(CarrierRow::toCarrier).toList());
  }

  public List<Opened> opened() {
    return tx.required(() -> rows().stream().map(this::open).toList());
  }

  private List<CarrierRow> rows() {
    return manager().createQuery("select c from CarrierRow c order by c.name", CarrierRow.class).getResultList();
  }

  private Opened open(CarrierRow row) {
    Carrier carrier = row.toCarrier();
    if (row.problem() != null) {
      return new Opened(carrier, null, row.problem());
    }
    try {
      return new Opened(carrier, row.password == null ? null : seal.open(carrier.id(), row.password), null);
    } catch (StrowgerException e) {
      return new Opened(carrier, null, e.getMessage());
    }
  }

  public Optional<Carrier> carrier(CustomerId customer, String name) {
    return tx.required(() -> named("select c from CarrierRow c where c.customer = :customer and c.name = :name", CarrierRow.class, customer, name).map(CarrierRow::toCarrier));
  }

  private <R> Optional<R> named(String query, Class<R> row, CustomerId customer, String name) {
    return manager().createQuery(query, row).setParameter("customer", customer.value()).setParameter("name", name).getResultList().stream().findFirst();
  }

  public Optional<Carrier> carrier(CarrierId id) {
    return tx.required(() -> Optional.ofNullable(manager().find(CarrierRow.class, id.value())).map(CarrierRow::toCarrier));
  }

  public RoutingGroup create(CustomerId customer, GroupTerms terms) {
    return naming(terms.name(), "routing_group_name", "a routing group's name is unique", () -> {
      var row = new GroupRow(customer, terms);
      manager().persist(row);
      manager().flush();
      return row.toGroup(List.of());
    });
  }

  public RoutingGroup update(RoutingGroupId id, Integer version, GroupTerms terms) {
    return naming(terms.name(), "routing_group_name", "a routing group's name is unique", () -> {
      GroupRow row = locked(id);
      requireVersion("routing group", id, version, row.version);
      row.set(terms);
      manager().flush();
      return row.toGroup(entryRows.of(id));
    });
  }

  /**
   * Whether the customer has this group. If so it is there until the transaction ends, as for a row that refers to it by a foreign key: who deletes it waits,
   * who changes it does not.
   */
  public boolean keeps(CustomerId customer, RoutingGroupId id) {
    return tx.required(() -> {
      try (PreparedStatement select = tx.connection().prepareStatement("select 1 from routing.routing_group where id = ? and customer = ? for key share")) {
        select.setInt(1, id.value());
        select.setInt(2, customer.value());
        try (ResultSet row = select.executeQuery()) {
          return row.next();
        }
      }
    });
  }

  /** @param check is told whose group it is, while nobody can refer to it; throws if it must stay */
  public void delete(RoutingGroupId id, Consumer<CustomerId> check) {
    tx.run(() -> {
      // Hibernate's lock would let those in who keep the group: what they do would be seen by nobody.
      try (PreparedStatement lock = tx.connection().prepareStatement("select 1 from routing.routing_group where id = ? for update")) {
        lock.setInt(1, id.value());
        lock.execute();
      }
      GroupRow row = locked(id);
      check.accept(new CustomerId(row.customer));
      manager().remove(row);
    });
  }

  public List<RoutingGroup> groups() {
    return tx.required(() -> {
      Map<Integer, List<Entry>> entries = entryRows.all();
      return manager().createQuery("select g from GroupRow g order by g.name", GroupRow.class).getResultList().stream()
          .map(row -> row.toGroup(entries.getOrDefault(row.id, List.of()))).toList();
    });
  }

  public Optional<RoutingGroup> group(RoutingGroupId id) {
    return tx.required(() -> {
      GroupRow row = manager().find(GroupRow.class, id.value());
      return row == null ? Optional.empty() : Optional.of(row.toGroup(entryRows.of(id)));
    });
  }

  public Optional<RoutingGroup> group(CustomerId customer, String name) {
    return tx.required(() -> {
      Optional<GroupRow> row = named("select g from GroupRow g where g.customer = :customer and g.name = :name", GroupRow.class, customer, name);
      return row.isEmpty() ? Optional.empty() : Optional.of(row.get().toGroup(entryRows.of(new RoutingGroupId(row.get().id))));
    });
  }

  public Entry addEntry(RoutingGroupId group, EntryTerms terms) {
    return changingEntries(group, () -> refer(terms, () -> entryRows.add(group, terms)));
  }

  /** @param change from what the entry is, read under the group's lock, to what it shall be */
  public Entry updateEntry(RoutingGroupId group, int id, UnaryOperator<EntryTerms> change) {
    return changingEntries(group, () -> {
      EntryTerms now = entryRows.of(group).stream().filter(entry -> entry.id() == id).findFirst().orElseThrow(() -> noEntry(group, id)).terms();
      EntryTerms then = change.apply(now);
      return refer(then, () -> entryRows.update(group, id, then));
    });
  }

  public void deleteEntry(RoutingGroupId group, int id) {
    changingEntries(group, () -> {
      if (!entryRows.delete(group, id)) {
        throw noEntry(group, id);
      }
      return id;
    });
  }

  /** Under the group's lock. The entity manager forgets the group: it would not see the new version. */
  private <T> T changingEntries(RoutingGroupId group, Tx.Work<T> work) {
    return tx.required(() -> {
      manager().flush();
      manager().clear();
      if (!entryRows.changeVersion(group)) {
        throw StrowgerException.notFound("routing group", group);
      }
      return work.run();
    });
  }

  private <T> T refer(EntryTerms terms, Tx.Work<T> work) {
    try {
      return tx.required(work);
    } catch (DatabaseException e) {
      if ("route_entry_carrier".equals(e.constraint().orElse(null))) {
        throw new InvalidInput("carrier", terms.carrier(), "is the id of a carrier there is");
      }
      throw e;
    }
  }

  private static StrowgerException noEntry(RoutingGroupId group, int id) {
    return StrowgerException.notFound("entry", id + " in routing group " + group);
  }

  private CarrierRow locked(CarrierId id) {
    CarrierRow row = manager().find(CarrierRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw StrowgerException.notFound("carrier", id);
    }
    return row;
  }

  private GroupRow locked(RoutingGroupId id) {
    GroupRow row = manager().find(GroupRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw StrowgerException.notFound("routing group", id);
    }
    return row;
  }

  private EntityManager manager() {
    return entities.manager();
  }

  private static void requireVersion(String what, Object id, Integer read, int now) {
    if (read != null && read != now) {
      throw StrowgerException.conflict(what + " " + id + " was changed since you read it: version " + now + ", not " + read);
    }
  }

  private <T> T naming(String name, String constraint, String rule, Tx.Work<T> work) {
    try {
      return tx.required(work);
    } catch (DatabaseException e) {
      if (constraint.equals(e.constraint().orElse(null))) {
        throw StrowgerException.duplicate("name", name, rule);
      }
      throw e;
    }
  }
}
