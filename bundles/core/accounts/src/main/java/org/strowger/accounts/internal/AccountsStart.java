package org.strowger.accounts.internal;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.strowger.accounts.internal.store.AccountStore;
import org.strowger.osgi.OwnBundle;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Opening;

/** Opens the store on a thread of its own; whoever needs it waits for its service. */
@Component(service = {}, immediate = true)
public final class AccountsStart {

  /** A name that nobody can have. */
  private static final String NOBODY = "";

  private final Opening opening;

  @Activate
  public AccountsStart(BundleContext context, @Reference Database database) {
    opening = Opening.begin("accounts", new OwnBundle(context)::register, contents ->
      contents.offer(AccountStore.class, warmed(contents.keep(new AccountStore(database), AccountStore::close))));
  }

  /** The first questions to a database take long: while calls still have the directory before this one, nobody waits for them. */
  private static AccountStore warmed(AccountStore store) {
    // Of a bundle that has left no class can be loaded any more.
    store.isName(NOBODY);
    store.find(AccountStore.NOBODY);
    store.byName(NOBODY);
    store.byVoipLogin(NOBODY);
    return store;
  }

  @Deactivate
  void close() {
    opening.close();
  }
}
