package org.strowger.soap.internal.xml;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Objects;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlType;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.data.Shape;

/** A tariff without its rates. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Tariff", propOrder = {"id", "version", "name", "currency", "connectFee", "freeSeconds", "postCallSurcharge", "gracePeriod", "costRoundUp", "decimalPrecision",
    "averageDuration", "onNet", "timeZone", "timeOfDay"})
public class TariffXml {

  private static final Shape<TariffTerms> SHAPE = Shape.of(TariffTerms.class);

  public int id;
  public int version;

  @XmlElement(required = true)
  public String name;

  @XmlElement(required = true)
  public String currency;

  @XmlElement(required = true)
  public BigDecimal connectFee;

  public int freeSeconds;

  @XmlElement(required = true)
  public BigDecimal postCallSurcharge;

  public int gracePeriod;
  public boolean costRoundUp;
  public int decimalPrecision;
  public int averageDuration;
  public String onNet;
  public String timeZone;
  public String timeOfDay;

  public static TariffXml of(Tariff tariff) {
    TariffTerms terms = tariff.terms();
    var xml = new TariffXml();
    xml.id = tariff.id().value();
    xml.version = tariff.version();
    xml.name = terms.name();
    xml.currency = text(terms.currency());
    xml.connectFee = terms.connectFee();
    xml.freeSeconds = terms.freeSeconds();
    xml.postCallSurcharge = terms.postCallSurcharge();
    xml.gracePeriod = terms.gracePeriod();
    xml.costRoundUp = terms.costRoundUp();
    xml.decimalPrecision = terms.decimalPrecision();
    xml.averageDuration = terms.averageDuration();
    xml.onNet = text(terms.onNet());
    xml.timeZone = text(terms.timeZone());
    xml.timeOfDay = text(terms.timeOfDay());
    return xml;
  }

  /** @throws org.strowger.kernel.InvalidInput naming every field that breaks a rule */
  public static TariffTerms terms(Requests.CreateTariff given) {
    var data = new LinkedHashMap<String, Object>();
    data.put("name", given.name);
    data.put("currency", given.currency);
    data.put("connectFee", plain(given.connectFee));
    data.put("freeSeconds", whole(given.freeSeconds));
    data.put("postCallSurcharge", plain(given.postCallSurcharge));
    data.put("gracePeriod", whole(given.gracePeriod));
    data.put("costRoundUp", given.costRoundUp);
    data.put("decimalPrecision", whole(given.decimalPrecision));
    data.put("averageDuration", whole(given.averageDuration));
    data.put("onNet", given.onNet);
    data.put("timeZone", given.timeZone);
    data.put("timeOfDay", given.timeOfDay);
    data.values().removeIf(Objects::isNull);
    return SHAPE.decode(data);
  }

  private static String plain(BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }

  private static Long whole(Integer number) {
    return number == null ? null : number.longValue();
  }

  /** A field that is stored and cannot be read is absent. */
  private static String text(Object value) {
    return value == null ? null : value.toString();
  }
}
