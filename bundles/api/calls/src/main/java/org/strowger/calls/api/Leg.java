package org.strowger.calls.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.strowger.billing.api.DurationRounding;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.TariffId;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.Transport;

/** One place where a call can go. */
public sealed interface Leg {

  /** The number as this leg's peer is to get it. */
  String cld();

  /** The caller's number as this leg's peer is to get it. */
  String cli();

  Timers timers();

  /** Short, for traces: {@code account alice}, {@code carrier acme}. */
  String label();

  /**
   * To an account's registered contacts, all rung at once.
   */
  record OnNet(AccountId account, String name, String cli, String cld, Timers timers) implements Leg {
    @Override
    public String label() {
      return "account " + name;
    }
  }

  /**
   * Out through a carrier.
   *
   * @param hop where to send
   * @param login of ours at the carrier, if it challenges
   * @param tariff by which it sells to us; empty: its cost is not rated
   * @param capacity calls at once, 0 for no limit
   * @param stopCodes statuses after which no further leg is tried
   */
  record Carrier(
      CarrierId carrier,
      String name,
      String cli,
      String cld,
      SipUri hop,
      Transport transport,
      Optional<OutgoingRequest.Login> login,
      Optional<TariffId> tariff,
      DurationRounding rounding,
      int capacity,
      List<Integer> stopCodes,
      Timers timers)
      implements Leg {

    public Carrier {
      stopCodes = List.copyOf(stopCodes);
    }

    @Override
    public String label() {
      return "carrier " + name;
    }
  }

  /**
   * Time limits of a leg; spec C.4.
   *
   * @param reply until anything comes back
   * @param provisional until something better than 100 comes
   * @param answer until it is answered
   */
  record Timers(Duration reply, Duration provisional, Duration answer) {
    public static final Timers DEFAULT = new Timers(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(120));
  }
}
