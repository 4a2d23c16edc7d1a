package org.strowger.routing.internal;

import java.util.Optional;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.TranslationRule;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.TariffId;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.store.RoutingStore.Opened;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipUri;

/**
 * A carrier as calls need it: rules compiled, password open. Immutable.
 *
 * @param hop null, as the rules, for one with a problem
 * @param outOfUse why it gets no calls; null if it does
 */
record Line(
    CarrierId id,
    CarrierTerms terms,
    TranslationRule cldRule,
    TranslationRule cliRule,
    SipUri hop,
    Optional<OutgoingRequest.Login> login,
    Optional<TariffId> tariff,
    String outOfUse) {

  static Line of(Opened opened) {
    CarrierTerms terms = opened.carrier().terms();
    if (opened.problem() != null) {
      return new Line(opened.carrier().id(), terms, null, null, null, Optional.empty(), Optional.empty(), opened.problem());
    }
    Optional<OutgoingRequest.Login> login =
        opened.password() == null ? Optional.empty() : Optional.of(new OutgoingRequest.Login(terms.username(), opened.password()));
    String outOfUse = terms.blocked() ? "carrier " + terms.name() + " is blocked" : null;
    return new Line(opened.carrier().id(), terms, TranslationRule.parse("cldTranslation", terms.cldTranslation()),
        TranslationRule.parse("cliTranslation", terms.cliTranslation()), SipUri.of("", terms.address()), login, Optional.ofNullable(terms.tariff()), outOfUse);
  }

  /**
   * The leg for a call, its numbers as this carrier wants them.
   *
   * @throws TranslationRule.TooHard if a translation gives up
   */
  Leg.Carrier leg(String cli, String cld) {
    return new Leg.Carrier(id, terms.name(), cliRule.apply(cli), cldRule.apply(cld), hop, terms.transport(), login, tariff, terms.rounding(),
        Math.max(0, terms.capacity()), terms.stopCodes(), terms.timers());
  }
}
