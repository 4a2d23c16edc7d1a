package org.strowger.inside;

import java.util.List;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountService;
import org.strowger.billing.api.CdrService;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.LedgerService;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.RatingService;
import org.strowger.billing.api.TariffService;
import org.strowger.calls.api.CallService;
import org.strowger.calls.api.Locations;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.kernel.Health;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Backups;
import org.strowger.persistence.api.Database;
import org.strowger.plugins.api.PluginRegistry;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.Tokens;
import org.strowger.rest.spi.RestResource;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.spi.SipUser;

/** The services that the switch offers to plugins and doors. Those that a service hands out (a {@code Tx}, a {@code PluginSet}) are not here. */
final class Contracts {

  static final List<Class<?>> SERVICES = List.of(Time.class, Health.Check.class, Database.class, Backups.class, PluginRegistry.class, SipStack.class,
      SipDigest.class, SipUser.class, AccountService.class, AccountDirectory.class, TariffService.class, PlanService.class, RatingService.class,
      LedgerService.class, FundsService.class, CdrService.class, Locations.class, CallService.class, CallPolicy.class, Login.class, Tokens.class,
      RestResource.class);

  private Contracts() {}
}
