package org.strowger.dncl.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.strowger.dncl.internal.DnclView;
import org.strowger.testkit.Prompt;

/** The prompt, for tests of other packages. */
public final class ShellAccess {

  private ShellAccess() {}

  /** What {@code dncl:reload} offers. */
  public static List<String> offered(DnclView view, String typed) {
    assertThat(Prompt.of(ReloadCommand.class, "list")).isEqualTo(ListNames.class);
    var names = new ListNames();
    names.view = view;
    return Prompt.offered(names, typed);
  }
}
