package org.strowger.ledger.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** A CDR as the doors show it. Durations are seconds with their decimals. */
public record CdrView(
    CdrId id,
    CallId call,
    @Setting(optional = true, help = "account:12, customer:1 or carrier:7.") String payer,
    @Setting(optional = true) Money cost,
    BigDecimal duration,
    long billedSeconds,
    @Setting(help = "0 for an answered call, else the SIP status.") int result,
    String reason,
    ReleaseSource releaseSource,
    String cli,
    String cld,
    String cliIn,
    String cldIn,
    @Setting(optional = true) AccountId caller,
    @Setting(optional = true) AccountId callee,
    @Setting(optional = true) CarrierId carrier,
    @Setting(optional = true) CustomerId customer,
    Instant setupTime,
    @Setting(optional = true) Instant connectTime,
    Instant endTime,
    @Setting(optional = true, help = "Until the first 18x.") BigDecimal postDialDelay,
    String sipCallId,
    String remoteIp,
    @Setting(optional = true) String userAgent,
    @Setting(optional = true, help = "The caller's: sip/udp.") String protocol,
    @Setting(optional = true, help = "P-Asserted-Identity as the caller sent it.") String pAssertedId,
    @Setting(optional = true, help = "Remote-Party-ID as the caller sent it.") String remotePartyId,
    @Setting(optional = true, help = "The price, whole: cost can be computed from it and the billed seconds.") RateSnapshot rate,
    @Setting(help = "Closed after a crash of the switch.") boolean crashed) {

  private static final Shape<CdrView> SHAPE = Shape.of(CdrView.class, "Cdr");

  public static Schema schema() {
    return SHAPE.schema();
  }

  /** As plain data. */
  public static Map<String, Object> of(Cdr cdr) {
    CallFacts call = cdr.call();
    var end = cdr.end();
    return SHAPE.encode(new CdrView(cdr.id(), call.call(), cdr.payer() == null ? null : cdr.payer().toString(), cdr.cost(), seconds(end.duration()),
        cdr.billedSeconds(), end.result(), end.reason(), end.releaseSource(), call.cli(), call.cld(), call.cliIn(), call.cldIn(), call.caller(), call.callee(),
        call.carrier(), call.customer(), call.setupTime(), end.connectTime(), end.endTime(), end.ringing() == null ? null : seconds(end.ringing()),
        call.sipCallId(), call.remoteIp(), call.userAgent(), call.protocol(), call.pAssertedId(), call.remotePartyId(), cdr.rate(), cdr.crashed()));
  }

  /** Exact, without zeros at the end. */
  public static BigDecimal seconds(Duration duration) {
    return Money.canonical(BigDecimal.valueOf(duration.toNanos(), 9));
  }
}
