package org.strowger.testkit.plugin;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.billing.api.CallFacts;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CdrId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.kernel.TariffId;

/** CDRs to give to a sink. */
public final class SampleCdr {

  private static final Instant SETUP = Instant.parse("2026-11-22T12:00:00Z");
  private static final Currency USD = Currency.getInstance("USD");

  private SampleCdr() {}

  /** A call of account 1001 to 14165550100: 61 seconds at 0.60 a minute. @param number its id */
  public static Cdr of(long number) {
    return of(number, "1001", "acme-agent/1.0", "BYE");
  }

  private static Cdr of(long number, String cli, String userAgent, String reason) {
    var facts = new CallFacts(new CallId(number), "call-" + number, CustomerId.ROOT, new AccountId(1), null, null, cli, "14165550100", cli, "14165550100", SETUP, "192.0.2.1", userAgent);
    var end = new CallEnd(SETUP.plusSeconds(2), SETUP.plusSeconds(63), Duration.ofSeconds(61), 0, reason, ReleaseSource.CALLER, Duration.ofSeconds(1));
    var rate = new RateSnapshot(new TariffId(1), "1416", USD, new BigDecimal("0.60"), new BigDecimal("0.60"), 1, 1, BigDecimal.ZERO, 0, 0, BigDecimal.ZERO, 4, false,
        DurationRounding.values()[0], 200);
    return new Cdr(new CdrId(number), facts, end, Payer.of(new AccountId(1)), rate, 61, rate.cost(61), false);
  }

  /** One that is plain; one with everything absent that may be; one whose texts hold quotes, commas, umlauts; one of a crash; one that failed. */
  public static List<Cdr> ofManyKinds() {
    Cdr plain = of(1);
    var facts = new CallFacts(new CallId(2), "call-2", null, null, null, null, "", "", "", "", SETUP, "2001:db8::7", null);
    var end = new CallEnd(null, SETUP.plusSeconds(1), Duration.ZERO, 404, "", ReleaseSource.SWITCH, null);
    Cdr bare = new Cdr(new CdrId(2), facts, end, null, null, 0, null, false);
    Cdr odd = of(3, "Zoë, \"Z\"; 'q'", "agent, with \"quotes\"", "a, \"b\" = c");
    Cdr crashed = new Cdr(new CdrId(4), plain.call(), plain.end(), plain.payer(), plain.rate(), 61, plain.cost(), true);
    var refused = new CallEnd(null, SETUP.plusSeconds(1), Duration.ZERO, 486, "486 Busy Here", ReleaseSource.CALLEE, Duration.ofMillis(300));
    Cdr failed = new Cdr(new CdrId(5), plain.call(), refused, plain.payer(), plain.rate(), 0, Money.zero(USD), false);
    return List.of(plain, bare, odd, crashed, failed);
  }
}
