package org.strowger.users.internal;

import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.modules.properties.PropertiesLoginModule;
import org.strowger.kernel.Unavailable;

/** Karaf's login by {@code users.properties}, which tells by its haste who is not in there; this one compares with something then, too. One for each login, made by Karaf. */
public final class SwitchLogin extends PropertiesLoginModule {

  private static final String NOBODY = "nobody";

  private String none;
  private int marks;
  private boolean compared;

  @Override
  public void initialize(Subject subject, CallbackHandler handler, Map<String, ?> shared, Map<String, ?> options) {
    super.initialize(subject, handler, shared, options);
    none = option(options, "encryption.prefix") + NOBODY + option(options, "encryption.suffix");
    marks = Boolean.parseBoolean(option(options, "encryption.enabled")) ? none.length() - NOBODY.length() : 0;
  }

  private static String option(Map<String, ?> options, String name) {
    return options.get(name) instanceof String text ? text : "";
  }

  @Override
  public boolean checkPassword(String given, String kept) {
    compared = true;
    // Karaf takes the marks off whatever is there: what somebody typed just now and is no hash yet may be shorter than they are.
    return super.checkPassword(given, kept.length() < marks ? none : kept);
  }

  @Override
  public boolean login() throws LoginException {
    try {
      return super.login();
    } catch (FailedLoginException refused) {
      if (!compared) {
        compareWithNobody();
      }
      throw refused;
    } catch (Unavailable busy) {
      throw busy(busy);
    }
  }

  private void compareWithNobody() throws LoginException {
    try {
      checkPassword("", none);
    } catch (Unavailable busy) {
      throw busy(busy);
    }
  }

  /** Doors that know the cause say that it was not the password. */
  private static LoginException busy(Unavailable cause) {
    var refused = new LoginException(cause.getMessage());
    refused.initCause(cause);
    return refused;
  }
}
