package org.strowger.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.RateSnapshot;
import org.strowger.billing.api.Share;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.TariffId;

class ShareTextTest {

  @Test
  void whatIsReadIsWhatWasWritten() {
    var whole = new RateSnapshot(new TariffId(12), "1416", World.USD, new BigDecimal("0.0600"), new BigDecimal("1E-7"), 30, 6, new BigDecimal("0.10"), 5, 3,
        new BigDecimal("0.15"), 4, true, DurationRounding.ROUND_UP, 240);
    List<Share> shares = List.of(
        new Share(Payer.of(new AccountId(7)), whole, true),
        new Share(Payer.of(new CarrierId(9)), RateSnapshot.freeOnNet(World.USD, DurationRounding.ROUND), false),
        new Share(Payer.of(new AccountId(8)), null, false));

    List<Share> read = ShareText.parse(ShareText.print(shares));

    assertThat(read).usingRecursiveComparison().isEqualTo(shares.stream().map(ShareTextTest::plain).toList());
    assertThat(ShareText.parse(ShareText.print(List.of()))).isEmpty();
  }

  /** A price's digits are kept, its exponent is not. */
  private static Share plain(Share share) {
    RateSnapshot r = share.rate();
    return r == null ? share : new Share(share.payer(), new RateSnapshot(r.tariff(), r.prefix(), r.currency(), r.price1(), new BigDecimal(r.priceN().toPlainString()), r.interval1(),
        r.intervalN(), r.connectFee(), r.freeSeconds(), r.graceSeconds(), r.surcharge(), r.precision(), r.roundUp(), r.rounding(), r.averageDuration()), share.limited());
  }
}
