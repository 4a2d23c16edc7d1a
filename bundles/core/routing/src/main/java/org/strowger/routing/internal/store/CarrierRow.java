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
    List<Integer> codes = stopCodes.isEmpty() ? List.of() : Arrays.stream(stopCodes.split(",")).map(Integer::valueOf).toList();
    var terms = new CarrierTerms(name, HostPort.parse(address, 0), Transport.valueOf(transport), username, cldTranslation, cliTranslation, capacity,
        tariff == null ? null : new TariffId(tariff), DurationRounding.valueOf(rounding), Duration.ofSeconds(replyTimeout),
        Duration.ofSeconds(provisionalTimeout), Duration.ofSeconds(answerTimeout), codes, blocked);
    return new Carrier(new CarrierId(id), new CustomerId(customer), terms, password != null, version);
  }
}
