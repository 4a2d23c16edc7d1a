package org.strowger.registrar.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Live;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Shape;
import org.strowger.sip.api.SipUri;

/** Registrations as people and programs see them. */
@Component(service = RegistrationView.class)
public final class RegistrationView {

  /** One line for people and programs. @param q as SIP writes it */
  public record Line(AccountId account, String name, String contact, String address, List<String> path, String q, Instant expires, String userAgent) {}

  public static final Shape<Line> LINE = Shape.of(Line.class, "Registration");

  private final BindingTable table;
  private final Live<AccountDirectory> directory = new Live<>("accounts");

  @Activate
  public RegistrationView(@Reference BindingTable table) {
    this.table = table;
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindDirectory(AccountDirectory service) {
    directory.bind(service);
  }

  void unbindDirectory(AccountDirectory service) {
    directory.unbind(service);
  }

  public List<Map<String, Object>> of(AccountId id) {
    Account account = directory.orThrow().find(id).orElseThrow(() -> StrowgerException.notFound("account", id));
    return table.locate(id).stream().map(binding -> line(id, account.name(), binding)).toList();
  }

  public List<Map<String, Object>> ofName(String name) {
    Account account = directory.orThrow().byName(name).orElseThrow(() -> StrowgerException.notFound("account", "'" + name + "'; see account:list"));
    return table.locate(account.id()).stream().map(binding -> line(account.id(), account.name(), binding)).toList();
  }

  /** @param most lines */
  public List<Map<String, Object>> all(int most) {
    var lines = new ArrayList<Map<String, Object>>();
    for (var entry : table.all().entrySet()) {
      Optional<Account> account = directory.now().flatMap(accounts -> accounts.find(entry.getKey()));
      for (Binding binding : entry.getValue()) {
        if (lines.size() == most) {
          return lines;
        }
        lines.add(line(entry.getKey(), account.map(Account::name).orElse("?"), binding));
      }
    }
    return lines;
  }

  private static Map<String, Object> line(AccountId id, String name, Binding binding) {
    String q = binding.qThousandths() == 1000 ? "1" : String.format("0.%03d", binding.qThousandths()).replaceAll("0+$", "").replaceAll("\\.$", "");
    return LINE.encode(new Line(id, name, binding.contact().toString(), binding.flow().toString(), binding.path().stream().map(SipUri::toString).toList(), q,
        binding.expires(), binding.userAgent()));
  }
}
