package org.strowger.routing.internal.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.strowger.billing.api.DurationRounding;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.StoredFields;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.sip.api.Transport;

@Entity
@Table(name = "carrier")
class CarrierRow {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "carrier_id")
  @SequenceGenerator(name = "carrier_id", sequenceName = "carrier_id", allocationSize = 1)
  int id;

  int customer;
  @Version int version;
  String name;
  String address;
  String transport;
  String username;
  byte[] password;
  @Column(name = "cld_translation") String cldTranslation;
  @Column(name = "cli_translation") String cliTranslation;
  int capacity;
  Integer tariff;
  String rounding;
  @Column(name = "reply_timeout") int replyTimeout;
  @Column(name = "provisional_timeout") int provisionalTimeout;
  @Column(name = "answer_timeout") int answerTimeout;
  @Column(name = "stop_codes") String stopCodes;
  boolean blocked;

  protected CarrierRow() {}

  CarrierRow(CustomerId customer, CarrierTerms terms) {
    this.customer = customer.value();
    set(terms);
  }

  final void set(CarrierTerms terms) {
    name = terms.name();
    address = terms.address().toString();
    transport = terms.transport().name();
    username = terms.username();
    cldTranslation = terms.cldTranslation();
    cliTranslation = terms.cliTranslation();
    capacity = terms.capacity();
    tariff = terms.tariff() == null ? null : terms.tariff().value();
    rounding = terms.rounding().name();
    replyTimeout = (int) terms.replyTimeout().toSeconds();
    provisionalTimeout = (int) terms.provisionalTimeout().toSeconds();
    answerTimeout = (int) terms.answerTimeout().toSeconds();
    stopCodes = terms.stopCodes().stream().map(Object::toString).collect(Collectors.joining(","));
    blocked = terms.blocked();
  }

  Carrier toCarrier() {
    return read(new StoredFields());
  }

  /** What is wrong with it; null if nothing is. */
  String problem() {
    var reading = new StoredFields();
    reading.checked(read(reading).terms());
    return reading.problem(() -> "what is stored breaks rules");
  }

  /** A field that cannot be read is null in it. */
  private Carrier read(StoredFields reading) {
    List<Integer> codes = reading.required("stopCodes", stopCodes, CarrierRow::codes);
    var terms = new CarrierTerms(name, reading.required("address", address, text -> HostPort.parse(text, 0)), reading.required("transport", transport, Transport::valueOf),
        username, cldTranslation, cliTranslation, capacity, reading.read("tariff", tariff, TariffId::new),
        reading.required("rounding", rounding, DurationRounding::valueOf), Duration.ofSeconds(replyTimeout), Duration.ofSeconds(provisionalTimeout),
        Duration.ofSeconds(answerTimeout), codes == null ? List.of() : codes, blocked);
    return new Carrier(new CarrierId(id), new CustomerId(customer), terms, password != null, version);
  }

  private static List<Integer> codes(String stored) {
    return stored.isEmpty() ? List.of() : Arrays.stream(stored.split(",")).map(Integer::valueOf).toList();
  }
}
