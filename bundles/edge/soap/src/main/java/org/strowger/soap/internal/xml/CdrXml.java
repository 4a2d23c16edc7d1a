package org.strowger.soap.internal.xml;

import java.time.Instant;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.billing.api.Cdr;

/** One payer's part in one call. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Cdr", propOrder = {"id", "call", "sipCallId", "caller", "callee", "carrier", "cliIn", "cldIn", "cli", "cld", "setupTime", "connectTime", "endTime",
    "durationMillis", "billedSeconds", "result", "reason", "releaseSource", "payer", "prefix", "cost", "remoteIp", "crashed",
    "protocol", "pAssertedId", "remotePartyId"})
public class CdrXml {

  @XmlElement(required = true)
  public String id;

  @XmlElement(required = true)
  public String call;

  public String sipCallId;
  public Integer caller;
  public Integer callee;
  public Integer carrier;
  public String cliIn;
  public String cldIn;
  public String cli;
  public String cld;

  @XmlSchemaType(name = "dateTime")
  @XmlElement(required = true)
  public Instant setupTime;

  @XmlSchemaType(name = "dateTime")
  public Instant connectTime;

  @XmlSchemaType(name = "dateTime")
  @XmlElement(required = true)
  public Instant endTime;

  public long durationMillis;
  public long billedSeconds;

  /** 0 for an answered call, else the SIP status. */
  public int result;

  public String reason;
  public String releaseSource;

  /** {@code account:12}; absent if nobody could be found to pay. */
  public String payer;

  public String prefix;
  public Amount cost;
  public String remoteIp;
  public boolean crashed;

  /** The caller's, and its transport: {@code sip/udp}. */
  public String protocol;

  /** As the caller sent it, believed or not. */
  public String pAssertedId;

  /** As the caller sent it, believed or not. */
  public String remotePartyId;

  public static CdrXml of(Cdr cdr) {
    var xml = new CdrXml();
    var call = cdr.call();
    xml.id = cdr.id().toString();
    xml.call = call.call().toString();
    xml.sipCallId = call.sipCallId();
    xml.caller = call.caller() == null ? null : call.caller().value();
    xml.callee = call.callee() == null ? null : call.callee().value();
    xml.carrier = call.carrier() == null ? null : call.carrier().value();
    xml.cliIn = call.cliIn();
    xml.cldIn = call.cldIn();
    xml.cli = call.cli();
    xml.cld = call.cld();
    xml.setupTime = call.setupTime();
    xml.connectTime = cdr.end().connectTime();
    xml.endTime = cdr.end().endTime();
    xml.durationMillis = cdr.end().duration().toMillis();
    xml.billedSeconds = cdr.billedSeconds();
    xml.result = cdr.end().result();
    xml.reason = cdr.end().reason();
    xml.releaseSource = cdr.end().releaseSource().name();
    xml.payer = cdr.payer() == null ? null : cdr.payer().toString();
    xml.prefix = cdr.rate() == null ? null : cdr.rate().prefix();
    xml.cost = Amount.of(cdr.cost());
    xml.remoteIp = call.remoteIp();
    xml.crashed = cdr.crashed();
    xml.protocol = call.protocol();
    xml.pAssertedId = call.pAssertedId();
    xml.remotePartyId = call.remotePartyId();
    return xml;
  }
}
