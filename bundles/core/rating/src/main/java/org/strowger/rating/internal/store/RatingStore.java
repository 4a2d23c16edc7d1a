package org.strowger.rating.internal.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.hibernate.Entities;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;

/** Tariffs and plans on disk. */
public class RatingStore {

  private final Tx tx;
  private final Entities entities;
  private final RateRows rates;

  /** Blocks: migrates. */
  public RatingStore(Database database) {
    Domain domain = database.open(DomainSpec.of("rating", RatingStore.class));
    tx = domain.tx();
    rates = new RateRows(tx);
    entities = Entities.open(domain, TariffRow.class, PlanRow.class);
  }

  public void close() {
    entities.close();
  }

  public Tx tx() {
    return tx;
  }

  public RateRows rates() {
    return rates;
  }

  /** Whether the database answers at all: throws if not. */
  public void requireAnswer() {
    tx.run(() -> {
      try (Statement statement = tx.connection().createStatement()) {
        statement.execute("select 1");
      }
    });
  }

  public Tariff create(CustomerId customer, TariffTerms terms) {
    return naming("name", terms.name(), "tariff_name", "a tariff's name is unique", () -> {
      var row = new TariffRow(customer, terms);
      manager().persist(row);
      manager().flush();
      return row.toTariff();
    });
  }

  public Tariff update(TariffId id, int version, TariffTerms terms) {
    return naming("name", terms.name(), "tariff_name", "a tariff's name is unique", () -> {
      TariffRow row = lockTariff(id);
      requireVersion("tariff", id, version, row.version);
      boolean known = row.read().value().terms().currency() != null;
      if (known && !row.currency.equals(terms.currency().getCurrencyCode())) {
        throw new InvalidInput("currency", terms.currency(), "stays " + row.currency + ": a tariff's currency cannot be changed, make a new tariff");
      }
      row.set(terms);
      row.currency = terms.currency().getCurrencyCode();
      manager().flush();
      return row.toTariff();
    });
  }

  public void delete(TariffId id) {
    try {
      tx.run(() -> {
        manager().remove(lockTariff(id));
        manager().flush();
      });
    } catch (DatabaseException e) {
      if ("plan_tariff".equals(e.constraint().orElse(null))) {
        throw StrowgerException.conflict("tariff " + id + " is used by a service plan; delete the plan first");
      }
      throw e;
    }
  }

  public Optional<Tariff> tariff(TariffId id) {
    return read(id).map(Stored::value);
  }

  /** With what is wrong with it. */
  public Optional<Stored<Tariff>> read(TariffId id) {
    return tx.required(() -> Optional.ofNullable(manager().find(TariffRow.class, id.value())).map(TariffRow::read));
  }

  public Optional<Tariff> tariff(CustomerId customer, String name) {
    return named("select t from TariffRow t where t.customer = :customer and t.name = :name", TariffRow.class, customer, name).map(TariffRow::toTariff);
  }

  private <R> Optional<R> named(String query, Class<R> row, CustomerId customer, String name) {
    return tx.required(() -> manager().createQuery(query, row).setParameter("customer", customer.value()).setParameter("name", name).getResultList().stream().findFirst());
  }

  public List<Tariff> tariffs() {
    return readTariffs().stream().map(Stored::value).toList();
  }

  /** With what is wrong with each. */
  public List<Stored<Tariff>> readTariffs() {
    return tx.required(() -> manager().createQuery("select t from TariffRow t order by t.name", TariffRow.class).getResultList().stream().map(TariffRow::read).toList());
  }

  public Plan create(CustomerId customer, PlanTerms terms) {
    return naming("name", terms.name(), "plan_name", "a plan's name is unique", () -> referring(terms, () -> {
      var row = new PlanRow(customer, terms, tariffOf(terms));
      manager().persist(row);
      manager().flush();
      return row.toPlan();
    }));
  }

  public Plan update(PlanId id, int version, PlanTerms terms) {
    return naming("name", terms.name(), "plan_name", "a plan's name is unique", () -> referring(terms, () -> {
      PlanRow row = lockPlan(id);
      requireVersion("plan", id, version, row.version);
      boolean onlyName = row.tariff.id == terms.tariff().value() && (row.rounding.equals(terms.rounding().name()) || !row.hasRounding());
      if (row.assigned && !onlyName) {
        throw StrowgerException.conflict("plan " + id + " was given to an account: only its name may change; make a new plan");
      }
      row.set(terms, tariffOf(terms));
      manager().flush();
      return row.toPlan();
    }));
  }

  public void delete(PlanId id) {
    tx.run(() -> {
      PlanRow row = lockPlan(id);
      if (row.assigned) {
        throw StrowgerException.conflict("plan " + id + " was given to an account and stays");
      }
      manager().remove(row);
    });
  }

  public Plan assign(PlanId id) {
    return tx.required(() -> {
      PlanRow row = lockPlan(id);
      if (row.read().problem() != null) {
        throw StrowgerException.conflict(row.read().problem() + "; repair it, or choose another plan");
      }
      row.assigned = true;
      manager().flush();
      return row.toPlan();
    });
  }

  public Optional<Plan> plan(CustomerId customer, String name) {
    return named("select p from PlanRow p where p.customer = :customer and p.name = :name", PlanRow.class, customer, name).map(PlanRow::toPlan);
  }

  public List<Plan> plans() {
    return readPlans().stream().map(Stored::value).toList();
  }

  /** With what is wrong with each. */
  public List<Stored<Plan>> readPlans() {
    return tx.required(() -> manager().createQuery("select p from PlanRow p order by p.name", PlanRow.class).getResultList().stream().map(PlanRow::read).toList());
  }

  private TariffRow lockTariff(TariffId id) {
    TariffRow row = manager().find(TariffRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw StrowgerException.notFound("tariff", id);
    }
    return row;
  }

  private PlanRow lockPlan(PlanId id) {
    PlanRow row = manager().find(PlanRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw StrowgerException.notFound("plan", id);
    }
    return row;
  }

  private TariffRow tariffOf(PlanTerms terms) {
    TariffRow tariff = manager().find(TariffRow.class, terms.tariff().value());
    if (tariff == null) {
      throw noTariff(terms);
    }
    return tariff;
  }

  private static InvalidInput noTariff(PlanTerms terms) {
    return new InvalidInput("tariff", terms.tariff(), "is the id of a tariff there is");
  }

  /** The tariff that was found may be gone when the plan is stored. */
  private <T> T referring(PlanTerms terms, Tx.Work<T> work) {
    try {
      return tx.required(work);
    } catch (DatabaseException e) {
      if ("plan_tariff".equals(e.constraint().orElse(null))) {
        throw noTariff(terms);
      }
      throw e;
    }
  }

  private EntityManager manager() {
    return entities.manager();
  }

  private static void requireVersion(String what, Object id, int read, int now) {
    if (read != now) {
      throw StrowgerException.conflict(what + " " + id + " was changed since you read it: version " + now + ", not " + read);
    }
  }

  private <T> T naming(String field, String value, String constraint, String rule, Tx.Work<T> work) {
    try {
      return tx.required(work);
    } catch (DatabaseException e) {
      if (constraint.equals(e.constraint().orElse(null))) {
        throw StrowgerException.duplicate(field, value, rule);
      }
      throw e;
    }
  }
}
