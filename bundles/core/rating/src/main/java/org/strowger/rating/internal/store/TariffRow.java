package org.strowger.rating.internal.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.Currency;
import org.hibernate.annotations.ColumnTransformer;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.billing.api.TimeOfDayPricing;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.StoredFields;

@Entity
@Table(name = "tariff")
class TariffRow {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "tariff_id")
  @SequenceGenerator(name = "tariff_id", sequenceName = "tariff_id", allocationSize = 1)
  int id;

  int customer;
  @Version int version;
  String name;
  String currency;
  // As text: a number that is none, as the database's NaN, keeps nothing else from being read.
  @Column(name = "connect_fee", columnDefinition = "numeric(38, 20)") @ColumnTransformer(read = "cast(connect_fee as text)", write = "cast(? as numeric)") String connectFee;
  @Column(name = "free_seconds") int freeSeconds;
  @Column(name = "post_call_surcharge", columnDefinition = "numeric(38, 20)") @ColumnTransformer(read = "cast(post_call_surcharge as text)", write = "cast(? as numeric)") String postCallSurcharge;
  @Column(name = "grace_period") int gracePeriod;
  @Column(name = "cost_round_up") boolean costRoundUp;
  @Column(name = "decimal_precision") int decimalPrecision;
  @Column(name = "average_duration") int averageDuration;
  @Column(name = "on_net") String onNet;
  @Column(name = "time_zone") String timeZone;
  @Column(name = "time_of_day") String timeOfDay;

  protected TariffRow() {}

  TariffRow(CustomerId customer, TariffTerms terms) {
    this.customer = customer.value();
    this.currency = terms.currency().getCurrencyCode();
    set(terms);
  }

  final void set(TariffTerms terms) {
    name = terms.name();
    connectFee = terms.connectFee().toPlainString();
    freeSeconds = terms.freeSeconds();
    postCallSurcharge = terms.postCallSurcharge().toPlainString();
    gracePeriod = terms.gracePeriod();
    costRoundUp = terms.costRoundUp();
    decimalPrecision = terms.decimalPrecision();
    averageDuration = terms.averageDuration();
    onNet = terms.onNet().name();
    timeZone = terms.timeZone().getId();
    timeOfDay = terms.timeOfDay().name();
  }

  Tariff toTariff() {
    return read().value();
  }

  /** A field that cannot be read is null in it. */
  Stored<Tariff> read() {
    var reading = new StoredFields();
    var terms = new TariffTerms(name, currency(reading), number(reading, "connectFee", connectFee), freeSeconds, number(reading, "postCallSurcharge", postCallSurcharge),
        gracePeriod, costRoundUp, decimalPrecision, averageDuration, reading.required("onNet", onNet, OnNetPolicy::valueOf), reading.required("timeZone", timeZone, ZoneId::of),
        reading.required("timeOfDay", timeOfDay, TimeOfDayPricing::valueOf));
    return new Stored<>(new Tariff(new TariffId(id), new CustomerId(customer), terms, version), reading.problem(() -> "tariff " + name));
  }

  private static BigDecimal number(StoredFields reading, String name, String stored) {
    return reading.required(name, stored, text -> Money.canonical(new BigDecimal(text)));
  }

  Currency currency(StoredFields reading) {
    return reading.required("currency", currency, Currency::getInstance);
  }
}
