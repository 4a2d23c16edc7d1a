package org.strowger.accounts.internal.rest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.internal.view.AccountForm;
import org.strowger.accounts.internal.view.AccountView;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Live;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.rest.spi.RestResource;

/** {@code /accounts}: settings are {@code features.<id>}, so the resource knows none by name. */
@Component
public final class AccountResource implements RestResource {

  private static final Shape<AccountQuery> QUERY = Shape.of(AccountQuery.class);

  private final AccountService accounts;
  private final AccountView view;
  private final Live<FundsService> funds = new Live<>("the ledger");

  @Activate
  public AccountResource(@Reference AccountService accounts) {
    this.accounts = accounts;
    this.view = new AccountView(accounts);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindFunds(FundsService service) {
    funds.bind(service);
  }

  void unbindFunds(FundsService service) {
    funds.unbind(service);
  }

  @Override
  public String name() {
    return "accounts";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/accounts", "Lists accounts in order of name", this::list).takingQuery(QUERY.schema()).answeringListOf(view::lineSchema),
        Endpoint.post("/accounts", "Makes an account; secrets the switch made are in the answer, this once", this::create)
            .taking(view::creation).creating(view::created),
        Endpoint.get("/accounts/{id}", "Shows an account, its funds and its settings", this::show).answering(view::answer),
        Endpoint.patch("/accounts/{id}", "Changes what is given, all of it or nothing", this::change).taking(view::change).answering(view::answer),
        Endpoint.delete("/accounts/{id}", "Deletes an account without balance and calls", this::delete));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(accounts.list(CustomerId.ROOT, QUERY.decode(request.query())).stream().map(AccountView::line).toList());
  }

  private RestAnswer create(RestRequest request) {
    var form = AccountForm.creation(view, request.body());
    var created = accounts.create(CustomerId.ROOT, form.account(), form.features(), request.caller().name());
    var data = new LinkedHashMap<>(view(created.account(), request));
    if (created.voipPassword() != null) {
      data.put("voipPassword", created.voipPassword());
    }
    if (created.webPassword() != null) {
      data.put("webPassword", created.webPassword());
    }
    return RestAnswer.created("/accounts/" + created.account().id(), data);
  }

  private RestAnswer show(RestRequest request) {
    return RestAnswer.ok(view(existing(request), request));
  }

  private RestAnswer change(RestRequest request) {
    AccountId id = existing(request).id();
    return RestAnswer.ok(view(accounts.change(id, AccountForm.change(view, request.body()), request.caller().name()), request));
  }

  private RestAnswer delete(RestRequest request) {
    accounts.delete(existing(request).id(), request.caller().name());
    return RestAnswer.noContent();
  }

  private Account existing(RestRequest request) {
    var id = new AccountId(request.id("account", "id"));
    return accounts.find(id).filter(account -> account.customer().equals(CustomerId.ROOT))
        .orElseThrow(() -> StrowgerException.notFound("account", id));
  }

  private Map<String, Object> view(Account account, RestRequest request) {
    return view.whole(account, balance(account), request.caller().role().covers(Role.ADMIN));
  }

  /** The account is shown without its money while the ledger is being replaced. */
  private Balance balance(Account account) {
    try {
      return funds.now().flatMap(ledger -> ledger.balance(Payer.of(account.id()))).orElse(null);
    } catch (StrowgerException e) {
      return null;
    }
  }
}
