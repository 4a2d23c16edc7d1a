package org.strowger.calls.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.strowger.accounts.api.Account;
import org.strowger.calls.api.Leg;
import org.strowger.sip.api.SipHeaders;

/** A leg as policies have left it so far, and what it holds. Belongs to the call's key. */
final class LegDraft {

  Leg leg;
  Optional<Account> callee = Optional.empty();
  String displayName;
  Identity identity = Identity.SHOWN;
  /** Number that this peer may know, whatever From says; null for none. */
  String asserted;
  SipHeaders headers = SipHeaders.NONE;
  /** Slots that are freed when the leg ends. */
  final List<String> slots = new ArrayList<>(2);

  /** Whether the callee learns who calls. */
  enum Identity { SHOWN, HIDDEN }

  LegDraft(Leg leg, String displayName) {
    this.leg = leg;
    this.displayName = displayName;
  }

  boolean isHidden() {
    return identity == Identity.HIDDEN;
  }

  String cli() {
    return leg.cli();
  }

  String cld() {
    return leg.cld();
  }

  void cli(String number) {
    leg = with(number, leg.cld());
  }

  void cld(String number) {
    leg = with(leg.cli(), number);
  }

  private Leg with(String cli, String cld) {
    if (leg instanceof Leg.OnNet to) {
      return new Leg.OnNet(to.account(), to.name(), cli, cld, to.timers());
    }
    var by = (Leg.Carrier) leg;
    return new Leg.Carrier(by.carrier(), by.name(), cli, cld, by.hop(), by.transport(), by.login(), by.tariff(), by.rounding(), by.capacity(), by.stopCodes(), by.timers());
  }
}
