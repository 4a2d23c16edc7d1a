package org.strowger.registrar.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.strowger.registrar.internal.RegistrationView;
import org.strowger.testkit.Prompt;

/** The prompt, for tests of other packages. */
public final class ShellAccess {

  private ShellAccess() {}

  /** What {@code account:registrations} offers. */
  public static List<String> offered(RegistrationView view, String typed) {
    assertThat(Prompt.of(AccountRegistrations.class, "name")).isEqualTo(RegisteredNames.class);
    var names = new RegisteredNames();
    names.view = view;
    return Prompt.offered(names, typed);
  }
}
