package org.strowger.soap.internal.xml;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.billing.api.Rate;
import org.strowger.kernel.data.Shape;

/** The price of a prefix, in the tariff's currency. Absent fields get their initial values. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Rate", propOrder = {"prefix", "price1", "priceN", "interval1", "intervalN", "forbidden", "graceEnabled", "activation", "expiration", "period"})
public class RateXml {

  /** So that a broken rule names the rate by its place: {@code rates[2].prefix}. */
  record Rates(List<Rate> rates) {}

  private static final Shape<Rates> SHAPE = Shape.of(Rates.class);

  @XmlElement(required = true)
  public String prefix;

  public BigDecimal price1;
  public BigDecimal priceN;
  public Integer interval1;
  public Integer intervalN;
  public Boolean forbidden;
  public Boolean graceEnabled;

  @XmlSchemaType(name = "dateTime")
  public Instant activation;

  @XmlSchemaType(name = "dateTime")
  public Instant expiration;

  public String period;

  public static RateXml of(Rate rate) {
    var xml = new RateXml();
    xml.prefix = rate.prefix();
    xml.price1 = rate.price1();
    xml.priceN = rate.priceN();
    xml.interval1 = rate.interval1();
    xml.intervalN = rate.intervalN();
    xml.forbidden = rate.forbidden();
    xml.graceEnabled = rate.graceEnabled();
    xml.activation = rate.activation();
    xml.expiration = rate.expiration();
    xml.period = rate.period();
    return xml;
  }

  /** @throws org.strowger.kernel.InvalidInput naming every field that breaks a rule */
  public static List<Rate> rates(List<RateXml> given) {
    return SHAPE.decode(Map.of("rates", given.stream().map(RateXml::data).toList())).rates();
  }

  private Map<String, Object> data() {
    var data = new LinkedHashMap<String, Object>();
    put(data, "prefix", prefix);
    put(data, "price1", price1 == null ? null : price1.toPlainString());
    put(data, "priceN", priceN == null ? null : priceN.toPlainString());
    put(data, "interval1", interval1 == null ? null : interval1.longValue());
    put(data, "intervalN", intervalN == null ? null : intervalN.longValue());
    put(data, "forbidden", forbidden);
    put(data, "graceEnabled", graceEnabled);
    put(data, "activation", activation == null ? null : activation.toString());
    put(data, "expiration", expiration == null ? null : expiration.toString());
    put(data, "period", period);
    return data;
  }

  private static void put(Map<String, Object> data, String name, Object value) {
    if (value != null) {
      data.put(name, value);
    }
  }
}
