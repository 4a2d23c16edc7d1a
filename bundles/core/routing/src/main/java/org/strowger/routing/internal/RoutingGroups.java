package org.strowger.routing.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.AccountService;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Live;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.StrowgerException;
import org.strowger.persistence.api.Tx;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.EntryTerms;
import org.strowger.routing.internal.model.GroupTerms;
import org.strowger.routing.internal.model.RoutingGroup;
import org.strowger.routing.internal.store.RoutingStore;

/** Administration of routing groups and their entries: stored first, then in the book. */
@Component(service = RoutingGroups.class)
public final class RoutingGroups {

  private final RoutingStore store;
  private final RouteBook book;
  private final Live<AccountService> accounts = new Live<>("accounts");

  /** @param policy not before it is there, see {@link RoutePolicy} */
  @Activate
  public RoutingGroups(@Reference RoutingStore store, @Reference RouteBook book, @Reference RoutePolicy policy) {
    this.store = store;
    this.book = book;
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindAccounts(AccountService service) {
    accounts.bind(service);
  }

  void unbindAccounts(AccountService service) {
    accounts.unbind(service);
  }

  public RoutingGroup create(CustomerId customer, GroupTerms terms) {
    return store.tx().required(() -> {
      RoutingGroup group = store.create(customer, terms);
      store.tx().afterCommit(() -> book.reload(group.id()));
      return group;
    });
  }

  /** @param version as read, null changes whatever it is now */
  public RoutingGroup update(RoutingGroupId id, Integer version, GroupTerms terms) {
    return changing(id, () -> store.update(id, version, terms));
  }

  /** @throws StrowgerException CONFLICT while accounts have it, UNAVAILABLE while nobody can say whether any do */
  public void delete(RoutingGroupId id) {
    changing(id, () -> {
      store.delete(id, group -> requireUnused(id, group));
      return id;
    });
  }

  private void requireUnused(RoutingGroupId id, CustomerId customer) {
    long users = accounts.orThrow().count(customer, AccountQuery.having(id));
    if (users > 0) {
      throw StrowgerException.conflict("routing group " + id + " is used by " + users + (users == 1 ? " account" : " accounts") + "; give "
          + (users == 1 ? "it" : "them") + " another one, or none, first");
    }
  }

  public Entry addEntry(RoutingGroupId group, EntryTerms terms) {
    terms.check();
    return changing(group, () -> store.addEntry(group, terms));
  }

  /** @param change from what the entry is to what it shall be */
  public Entry updateEntry(RoutingGroupId group, int entry, UnaryOperator<EntryTerms> change) {
    return changing(group, () -> store.updateEntry(group, entry, now -> {
      EntryTerms then = change.apply(now);
      then.check();
      return then;
    }));
  }

  public void deleteEntry(RoutingGroupId group, int entry) {
    changing(group, () -> {
      store.deleteEntry(group, entry);
      return entry;
    });
  }

  private <T> T changing(RoutingGroupId group, Tx.Work<T> change) {
    return store.tx().required(() -> {
      T changed = change.run();
      store.tx().afterCommit(() -> book.reload(group));
      return changed;
    });
  }

  /** @throws StrowgerException NOT_FOUND */
  public RoutingGroup get(RoutingGroupId id) {
    return store.group(id).orElseThrow(() -> StrowgerException.notFound("routing group", id));
  }

  /** @throws StrowgerException NOT_FOUND */
  public Entry entry(RoutingGroupId group, int entry) {
    return get(group).entries().stream().filter(e -> e.id() == entry).findFirst()
        .orElseThrow(() -> StrowgerException.notFound("entry", entry + " in routing group " + group));
  }

  public Optional<RoutingGroup> byName(CustomerId customer, String name) {
    return store.group(customer, name);
  }

  /** In order of name. */
  public List<RoutingGroup> list(CustomerId customer) {
    return store.groups().stream().filter(group -> group.customer().equals(customer)).toList();
  }
}
