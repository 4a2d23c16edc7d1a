package org.strowger.rating.internal.store;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.Currency;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.StoredFields;

@Entity
@Table(name = "plan")
class PlanRow {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "plan_id")
  @SequenceGenerator(name = "plan_id", sequenceName = "plan_id", allocationSize = 1)
  int id;

  int customer;
  @Version int version;
  String name;

  @ManyToOne(fetch = FetchType.EAGER, optional = false)
  @JoinColumn(name = "tariff")
  TariffRow tariff;

  String rounding;
  boolean assigned;

  protected PlanRow() {}

  PlanRow(CustomerId customer, PlanTerms terms, TariffRow tariff) {
    this.customer = customer.value();
    set(terms, tariff);
  }

  final void set(PlanTerms terms, TariffRow newTariff) {
    name = terms.name();
    tariff = newTariff;
    rounding = terms.rounding().name();
  }

  Plan toPlan() {
    return read().value();
  }

  /** A field that cannot be read is null in it. */
  Stored<Plan> read() {
    var reading = new StoredFields();
    var terms = new PlanTerms(name, new TariffId(tariff.id), reading.required("rounding", rounding, DurationRounding::valueOf));
    Currency currency = tariff.currency(reading);
    return new Stored<>(new Plan(new PlanId(id), new CustomerId(customer), terms, currency, version), reading.problem(() -> "plan " + name));
  }

  /** Whether it says how durations are rounded; one that does not may be told, even when accounts have it. */
  boolean hasRounding() {
    return read().value().terms().rounding() != null;
  }
}
