package org.strowger.accounts.internal;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.ServiceReference;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.internal.features.Features;
import org.strowger.accounts.internal.features.FeaturesAccess;
import org.strowger.accounts.internal.secrets.KeyRing;
import org.strowger.accounts.internal.store.AccountStore;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.billing.api.Balance;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.Payment;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanService;
import org.strowger.billing.api.PlanTerms;
import org.strowger.calls.api.RoutingGroupService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.Time;
import org.strowger.passwords.Passwords;
import org.strowger.persistence.api.Database;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.postgres.TestDatabase;

/** The accounts bundle's services on a real store, with plans and funds in memory and a clock that tests move. */
public final class AccountsFixture implements AutoCloseable {

  public static final PlanId DOLLARS = new PlanId(1);
  public static final PlanId OTHER_DOLLARS = new PlanId(2);
  public static final PlanId EUROS = new PlanId(3);
  public static final PlanId OF_ANOTHER_CUSTOMER = new PlanId(4);

  /** The one routing group there is. */
  public static final RoutingGroupId GROUP = new RoutingGroupId(7);

  public Instant now = Instant.parse("2026-11-21T12:00:00Z");
  public final Time time = new Time() {
    @Override
    public Instant now() {
      return now;
    }

    @Override
    public long ticks() {
      return 0;
    }
  };
  public final Features features = new Features();
  public final Plans plans = new Plans();
  public final Funds funds = new Funds();
  public final RoutingGroupService routing = (customer, group) -> customer.equals(CustomerId.ROOT) && group.equals(GROUP);
  public final AccountStore store;
  public final VoipSecrets secrets;
  public final AccountCache directory;
  public final Accounts accounts;
  public final KeyRotation rotation;

  private TestDatabase owned;

  public AccountsFixture(Database database, Path home) {
    store = new AccountStore(database);
    secrets = new VoipSecrets(new KeyRing(() -> home.resolve("keys"), time));
    directory = new AccountCache(new LeavingBundle().context(), store, features, secrets, time, config());
    accounts = new Accounts(store, directory, features, secrets, new Passwords(), time);
    accounts.bindPlans(plans);
    accounts.bindFunds(funds);
    accounts.bindRouting(routing);
    rotation = new KeyRotation(store, secrets);
  }

  /** On a database of its own, which goes with it. */
  public static AccountsFixture open(Path home) {
    TestDatabase database = TestDatabase.open();
    var fixture = new AccountsFixture(database, home);
    fixture.owned = database;
    return fixture;
  }

  @Override
  public void close() {
    directory.close();
    store.close();
    if (owned != null) {
      owned.close();
    }
  }

  static AccountsConfig config() {
    return new AccountsConfig() {
      @Override
      public Class<AccountsConfig> annotationType() {
        return AccountsConfig.class;
      }

      @Override
      public int cacheSize() {
        return 100;
      }

      @Override
      public int cacheUnknown() {
        return 100;
      }
    };
  }

  public static AccountProfile profile(String name) {
    return new AccountProfile(name, null, DOLLARS, BigDecimal.ZERO, null, ZoneId.of("UTC"), "en", null, null, -1, false);
  }

  public static NewAccount account(String name) {
    return new NewAccount(profile(name), BigDecimal.ZERO, null, null);
  }

  public ServiceReference<AccountFeature> install(AccountFeature feature) {
    return FeaturesAccess.bind(features, feature);
  }

  public void uninstall(ServiceReference<AccountFeature> reference) {
    FeaturesAccess.unbind(features, reference);
  }

  public static final class Plans implements PlanService {

    public final List<PlanId> assigned = new ArrayList<>();

    @Override
    public Optional<Plan> find(PlanId id) {
      var currency = id.equals(EUROS) ? "EUR" : "USD";
      var customer = id.equals(OF_ANOTHER_CUSTOMER) ? new CustomerId(2) : CustomerId.ROOT;
      return id.value() > 4 ? Optional.empty()
          : Optional.of(new Plan(id, customer, new PlanTerms("plan " + id, new TariffId(1), DurationRounding.ROUND), Currency.getInstance(currency), 1));
    }

    @Override
    public Plan assign(PlanId id) {
      assigned.add(id);
      return find(id).orElseThrow(() -> StrowgerException.notFound("service plan", id));
    }

    @Override
    public Plan create(CustomerId customer, PlanTerms terms) {
      throw new AssertionError("not asked");
    }

    @Override
    public Plan update(PlanId id, int version, PlanTerms terms) {
      throw new AssertionError("not asked");
    }

    @Override
    public void delete(PlanId id) {
      throw new AssertionError("not asked");
    }

    @Override
    public Optional<Plan> byName(CustomerId customer, String name) {
      return List.of(DOLLARS, OTHER_DOLLARS, EUROS).stream().map(this::find).flatMap(Optional::stream).filter(plan -> plan.terms().name().equals(name)).findFirst();
    }

    @Override
    public List<Plan> list(CustomerId customer) {
      throw new AssertionError("not asked");
    }
  }

  public static final class Funds implements FundsService {

    public final Map<Payer, Balance> balances = new LinkedHashMap<>();
    public final List<Payer> closed = new ArrayList<>();
    public RuntimeException failure;

    @Override
    public void open(Payer payer, Money opening, Money creditLimit, String by) {
      fail();
      balances.put(payer, new Balance(payer, opening, creditLimit, Money.zero(opening.currency())));
    }

    @Override
    public void limit(Payer payer, Money limit) {
      fail();
      balances.computeIfPresent(payer, (p, b) -> new Balance(p, b.balance(), limit, b.held()));
    }

    @Override
    public Optional<Balance> balance(Payer payer) {
      return Optional.ofNullable(balances.get(payer));
    }

    @Override
    public void close(Payer payer) {
      fail();
      closed.add(payer);
    }

    @Override
    public Payment book(Payer payer, Payment.Kind kind, Money amount, String notes, String by, String idempotencyKey) {
      throw new AssertionError("not asked");
    }

    @Override
    public List<Payment> payments(Payer payer, int offset, int limit) {
      return List.of();
    }

    private void fail() {
      if (failure != null) {
        throw failure;
      }
    }
  }
}
