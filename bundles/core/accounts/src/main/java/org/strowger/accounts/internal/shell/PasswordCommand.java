package org.strowger.accounts.internal.shell;

import java.io.IOException;
import java.util.LinkedHashMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.InvalidInput;
import org.strowger.shell.api.Details;

@Service
@Command(scope = "account", name = "password", description = "Gives an account a new VoIP or web password; one that the switch makes is shown once")
public final class PasswordCommand implements Action {

  @Reference AccountService accounts;
  @Reference Session session;

  @Argument(index = 0, name = "name", description = "Account", required = true)
  @Completion(AccountNames.class)
  String name;

  @Argument(index = 1, name = "which", description = "voip or web", required = true)
  @Completion(value = StringsCompleter.class, values = {"voip", "web"})
  String which;

  @Option(name = "--ask", description = "Type the password yourself, unseen")
  boolean ask;

  @Option(name = "--json", description = "For programs")
  boolean json;

  @Override
  public Object execute() throws Exception {
    AccountId id = Names.account(accounts, name).id();
    String chosen = ask ? typed() : null;
    String made = switch (which) {
      case "voip" -> accounts.setVoipPassword(id, chosen, Names.user(session));
      case "web" -> accounts.setWebPassword(id, chosen, Names.user(session));
      default -> throw new InvalidInput("which", which, "is voip or web");
    };
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", name);
    shown.put(which + "Password", made == null ? "changed" : made);
    Details.of(shown).print(System.out, json);
    return null;
  }

  private String typed() throws IOException {
    try {
      return session.readLine("New " + which + " password: ", '*');
    } catch (UnsupportedOperationException e) {
      // Karaf's way to say that nobody sits there.
      throw new InvalidInput("--ask", null, "needs a terminal: open the shell with ssh or strowger client, or leave it out and the switch makes a password");
    }
  }
}
