package org.strowger.rest.internal.login;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.passwords.Passwords;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.Role;
import org.strowger.rest.api.Tokens;

/** Offers login and tokens of this instance to every door. */
@Component
public final class LoginComponent implements Login, Tokens {

  private static final Duration REFUSAL = Duration.ofMillis(100);

  private final TokenFile tokens;
  private final Doorkeeper doorkeeper;
  private final ServiceRegistration<Meter> meter;

  @Activate
  public LoginComponent(BundleContext context, @Reference Time time, @Reference Passwords passwords) {
    Path home = Path.of(System.getProperty("strowger.home", System.getProperty("karaf.base", ".")));
    var counters = new Meter("login");
    this.tokens = new TokenFile(home.resolve("keys/tokens"), time, passwords);
    this.doorkeeper = new Doorkeeper(new KarafRealm(), tokens, time, counters, REFUSAL);
    this.meter = context.registerService(Meter.class, counters, null);
  }

  @Deactivate
  void stop() {
    meter.unregister();
    doorkeeper.stop();
  }

  @Override
  public Optional<Caller> byPassword(String name, char[] password) {
    return doorkeeper.byPassword(name, password);
  }

  @Override
  public Optional<Caller> byToken(String token) {
    return doorkeeper.byToken(token);
  }

  @Override
  public Answer byAuthorization(String authorization, String source) {
    return doorkeeper.byAuthorization(authorization, source);
  }

  @Override
  public String create(String name, Role role) {
    return tokens.create(name, role);
  }

  @Override
  public List<Token> list() {
    return tokens.list();
  }

  @Override
  public void revoke(String name) {
    tokens.revoke(name);
  }
}
