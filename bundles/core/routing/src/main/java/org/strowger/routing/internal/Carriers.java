package org.strowger.routing.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.billing.api.FundsService;
import org.strowger.billing.api.Payer;
import org.strowger.billing.api.TariffService;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Live;
import org.strowger.kernel.StrowgerException;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.model.PasswordChange;
import org.strowger.routing.internal.store.RoutingStore;

/** Administration of carriers: stored first, then in the book. */
@Component(service = Carriers.class)
public final class Carriers {

  private final RoutingStore store;
  private final RouteBook book;
  private final Live<TariffService> tariffs = new Live<>("rating");
  private final Live<FundsService> funds = new Live<>("the ledger");

  /** @param policy not before it is there, see {@link RoutePolicy} */
  @Activate
  public Carriers(@Reference RoutingStore store, @Reference RouteBook book, @Reference RoutePolicy policy) {
    this.store = store;
    this.book = book;
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindTariffs(TariffService service) {
    tariffs.bind(service);
  }

  void unbindTariffs(TariffService service) {
    tariffs.unbind(service);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindFunds(FundsService service) {
    funds.bind(service);
  }

  void unbindFunds(FundsService service) {
    funds.unbind(service);
  }

  public Carrier create(CustomerId customer, CarrierTerms terms, PasswordChange password) {
    terms.check();
    requireTariff(terms, null);
    return changing(() -> store.create(customer, terms, password));
  }

  /** @param version as read, null changes whatever it is now */
  public Carrier update(CarrierId id, Integer version, CarrierTerms terms, PasswordChange password) {
    terms.check();
    requireTariff(terms, get(id).terms());
    return changing(() -> store.update(id, version, terms, password));
  }

  private <T> T changing(Supplier<T> change) {
    return store.tx().required(() -> {
      T changed = change.get();
      store.tx().afterCommit(book::reloadCarriers);
      return changed;
    });
  }

  /** @throws StrowgerException CONFLICT while a routing group uses it or its balance is not zero, UNAVAILABLE while nobody can say what it is owed */
  public void delete(CarrierId id) {
    FundsService money = funds.orThrow();
    changing(() -> {
      store.delete(id);
      money.close(Payer.of(id));
      return id;
    });
  }

  /** @throws StrowgerException NOT_FOUND */
  public Carrier get(CarrierId id) {
    return store.carrier(id).orElseThrow(() -> StrowgerException.notFound("carrier", id));
  }

  public Optional<Carrier> byName(CustomerId customer, String name) {
    return store.carrier(customer, name);
  }

  /** In order of name. */
  public List<Carrier> list(CustomerId customer) {
    return store.carriers().stream().filter(carrier -> carrier.customer().equals(customer)).toList();
  }

  /** A tariff that is gone by now does not hinder other changes. */
  private void requireTariff(CarrierTerms terms, CarrierTerms before) {
    boolean changes = terms.tariff() != null && (before == null || !terms.tariff().equals(before.tariff()));
    if (changes && tariffs.orThrow().find(terms.tariff()).isEmpty()) {
      throw new InvalidInput("tariff", terms.tariff(), "is the id of a tariff there is");
    }
  }
}
