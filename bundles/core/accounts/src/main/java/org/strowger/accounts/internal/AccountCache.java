package org.strowger.accounts.internal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.internal.features.Features;
import org.strowger.accounts.internal.secrets.VoipSecret;
import org.strowger.accounts.internal.store.AccountStore;
import org.strowger.accounts.internal.store.AccountStore.Stored;
import org.strowger.accounts.internal.store.Keeper;
import org.strowger.hibernate.SecondLook;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.Daemons;
import org.strowger.kernel.Health;
import org.strowger.kernel.Lingers;
import org.strowger.kernel.Meter;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.osgi.OwnBundle;

/**
 * The accounts that calls asked for lately, their credentials opened. A load that began before a change
 * was committed is never kept after it. One lock for a few map operations; loads run outside of it.
 *
 * <p>Registers itself as the directory, when it is made: whoever changes accounts needs it, so nobody does while calls still ask the one before
 * it, which lingers. What that one knows is true, as each change that was committed before it left has reached it. A change that was under way then
 * does not reach this one: see {@link SecondLook}.
 */
@Component(service = {AccountCache.class, Health.Check.class}, configurationPid = "org.strowger.accounts", immediate = true)
@Designate(ocd = AccountsConfig.class)
public final class AccountCache implements AccountDirectory, Keeper, Lingers, Health.Check {

  /** What a name or login can be at all; anything else is nobody's, and worth neither a look nor a place. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._+*#@-]{1,64}");
  private static final Logger LOG = LoggerFactory.getLogger(AccountCache.class);

  private final AccountStore store;
  private final Features features;
  private final VoipSecrets secrets;
  private final Runnable forgetAll = this::featuresChanged;

  private final Map<AccountId, Entry> entries;
  private final Map<Index, AccountId> ids;
  private final Map<Index, Boolean> nobody;
  /** What is wrong with the accounts that calls met and that cannot be read whole. */
  private final Map<AccountId, String> closed = recent(100);
  private long changes;

  /** An account, and its credential for the realm asked for last: null until somebody asks. */
  private record Entry(Account account, byte[] sealed, VoipCredential credential, String realm) {

    boolean isFirstUse(Instant when) {
      return Objects.equals(when, account.info().firstUse());
    }

    Entry firstUsed(Instant when) {
      Account used = AccountStore.firstUsed(account, when);
      return new Entry(used, sealed, credential == null ? null : new VoipCredential(used, credential.ha1Md5(), credential.ha1Sha256()), realm);
    }
  }

  private record Index(boolean login, String text) {}

  private final Meter meter = new Meter("accounts");
  private final LongAdder hits = meter.counter("cache.hits");
  private final LongAdder loads = meter.counter("cache.loads");
  private final OwnBundle own;
  private volatile boolean left;
  /** Has no thread when its work is over. */
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Daemons.named("accounts-second-look"));
  private final List<ServiceRegistration<?>> registrations;

  @Activate
  public AccountCache(
      BundleContext context, @Reference AccountStore store, @Reference Features features, @Reference VoipSecrets secrets,
      @Reference Time time, AccountsConfig config) {
    this.own = new OwnBundle(context);
    this.store = store;
    this.features = features;
    this.secrets = secrets;
    this.entries = recent(config.cacheSize());
    this.ids = recent(2 * config.cacheSize());
    this.nobody = recent(config.cacheUnknown());
    features.whenChanged(forgetAll);
    meter.gauge("cache.accounts", this::size);
    meter.gauge("cache.unknown", this::unknownSize);
    meter.gauge("cache.names", store::namesKnown);
    meter.gauge("secrets.opened", secrets::opened);
    var secondLook = new SecondLook(store.tx(), time);
    clock.scheduleWithFixedDelay(() -> lookAgain(secondLook), 1, 1, TimeUnit.SECONDS);
    registrations = List.of(context.registerService(AccountDirectory.class, this, null), context.registerService(Meter.class, meter, null));
  }

  private static <K, V> Map<K, V> recent(int configured) {
    int most = Math.max(100, Math.min(2_000_000, configured));
    return new LinkedHashMap<>(64, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  /** What a bundle that was replaced writes now it tells its own cache, and none other; so who is nobody is known after that. Throws nothing: the clock would stop. */
  private void lookAgain(SecondLook secondLook) {
    try {
      secondLook.look(this::forgetEverything);
      if (secondLook.isOver()) {
        store.readNames();
        clock.shutdown();
      }
    } catch (RuntimeException | Error e) {
      LOG.debug("the accounts in the cache: not looked for again yet", e);
    }
  }

  @Deactivate
  void close() {
    left = true;
    clock.shutdownNow();
    registrations.forEach(ServiceRegistration::unregister);
    features.forget(forgetAll);
  }

  @Override
  public boolean lingers() {
    return own.isLeaving();
  }

  /** That the features go with this bundle changes nothing of the accounts. */
  private void featuresChanged() {
    if (!own.isLeaving()) {
      clear();
    }
  }

  @Override
  public String name() {
    return "accounts";
  }

  /** Asks neither the database nor a plugin: what they lack they say themselves. */
  @Override
  public Health health() {
    Optional<String> shut = shut();
    if (shut.isPresent()) {
      return Health.degraded(shut.get());
    }
    if (!features.hanging().isEmpty()) {
      return Health.degraded("features that hang, so that settings of an older version act as they were stored: " + String.join(", ", features.hanging()));
    }
    return secrets.unusableKey().map(Health::degraded).orElseGet(() -> Health.ok(size() + " accounts in the cache, " + features.schemas().size() + " features"));
  }

  private synchronized Optional<String> shut() {
    return closed.isEmpty() ? Optional.empty()
        : Optional.of("out of use until it is repaired: " + closed.values().iterator().next() + (closed.size() > 1 ? "; and " + (closed.size() - 1) + " accounts more" : ""));
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return entry(id).map(Entry::account);
  }

  @Override
  public Optional<Account> byName(String name) {
    if (name != null && store.isNobodys(name)) {
      hits.increment();
      return Optional.empty();
    }
    return entry(new Index(false, name), this::loadByName, Account::name).map(Entry::account);
  }

  /** Most who are dialled have no account: that can be had when this has left, too. */
  private Optional<Stored> loadByName(String name) {
    if (!left) {
      return store.byName(name);
    }
    if (store.isName(name)) {
      throw new Unavailable("the account of " + name);
    }
    return Optional.empty();
  }

  @Override
  public boolean knows(String name) {
    var index = new Index(false, name);
    if (!possible(index) || store.isNobodys(name)) {
      return true;
    }
    synchronized (this) {
      return nobody.get(index) != null || kept(index, Account::name) != null;
    }
  }

  @Override
  public Optional<VoipCredential> byVoipLogin(String login, String realm) {
    return entry(new Index(true, login), store::byVoipLogin, account -> account.profile().voipLogin()).map(entry -> credential(entry, realm));
  }

  @Override
  public synchronized Optional<VoipCredential> keptByVoipLogin(String login, String realm) {
    AccountId id = ids.get(new Index(true, login));
    Entry kept = id == null ? null : entries.get(id);
    if (kept == null || kept.credential == null || !kept.realm.equals(realm) || !kept.account.profile().voipLogin().equals(login)) {
      return Optional.empty();
    }
    hits.increment();
    return Optional.of(kept.credential);
  }

  @Override
  public boolean knowsVoipLogin(String login) {
    var index = new Index(true, login);
    if (!possible(index)) {
      return true;
    }
    synchronized (this) {
      return nobody.get(index) != null || kept(index, account -> account.profile().voipLogin()) != null;
    }
  }

  @Override
  public void askForNobody() {
    loads.increment();
    store.byVoipLogin(UUID.randomUUID().toString());
  }

  private VoipCredential credential(Entry entry, String realm) {
    if (entry.credential != null && entry.realm.equals(realm)) {
      return entry.credential;
    }
    Account account = entry.account;
    VoipSecret secret = secrets.open(account.id(), entry.sealed).matching(account.profile().voipLogin(), realm);
    var credential = new VoipCredential(account, secret.ha1Md5(), secret.ha1Sha256());
    synchronized (this) {
      entries.replace(account.id(), entry, new Entry(account, entry.sealed, credential, realm));
    }
    return credential;
  }

  /** Only if it is kept; never blocks. */
  synchronized Optional<Account> peek(AccountId id) {
    return Optional.ofNullable(entries.get(id)).map(Entry::account);
  }

  private Optional<Entry> entry(AccountId id) {
    long before;
    synchronized (this) {
      Entry kept = entries.get(id);
      if (kept != null) {
        hits.increment();
        return Optional.of(kept);
      }
      before = stamp();
    }
    loads.increment();
    return store.find(id).map(stored -> keep(stored, before));
  }

  private Optional<Entry> entry(Index index, Function<String, Optional<Stored>> load, Function<Account, String> named) {
    if (!possible(index)) {
      return Optional.empty();
    }
    long before;
    synchronized (this) {
      if (nobody.get(index) != null) {
        hits.increment();
        return Optional.empty();
      }
      Entry kept = kept(index, named);
      if (kept != null) {
        hits.increment();
        return Optional.of(kept);
      }
      before = stamp();
    }
    loads.increment();
    Optional<Entry> loaded = load.apply(index.text).map(stored -> keep(stored, before));
    synchronized (this) {
      if (changes == before) {
        loaded.ifPresentOrElse(entry -> ids.put(index, entry.account.id()), () -> nobody.put(index, true));
      }
    }
    return loaded;
  }

  private static boolean possible(Index index) {
    return index.text != null && NAME.matcher(index.text).matches();
  }

  /** Under the monitor; null if it is not in memory. */
  private Entry kept(Index index, Function<Account, String> named) {
    AccountId id = ids.get(index);
    Entry kept = id == null ? null : entries.get(id);
    return kept != null && named.apply(kept.account).equals(index.text) ? kept : null;
  }

  /** What is read inside a transaction may never be committed, so it is not kept. */
  private long stamp() {
    return store.tx().active() ? -1 : changes;
  }

  private Entry keep(Stored stored, long before) {
    Account account = stored.problem() == null ? stored.account() : closed(stored.account());
    Entry entry = new Entry(upgraded(account), stored.voipSealed(), null, null);
    synchronized (this) {
      if (changes == before) {
        entries.put(entry.account.id(), entry);
        if (stored.problem() != null) {
          closed.put(account.id(), stored.problem());
        }
      }
    }
    return entry;
  }

  /** To calls an account that cannot be read whole is a blocked one. */
  private static Account closed(Account a) {
    AccountProfile p = a.profile();
    var profile = new AccountProfile(p.name(), p.voipLogin(), p.plan(), p.creditLimit(), p.routingGroup(), p.timeZone(), p.language(), p.batchTag(), p.description(),
        p.lifetimeDays(), true);
    return new Account(a.id(), a.customer(), profile, a.info(), a.features(), a.version());
  }

  private Account upgraded(Account account) {
    var documents = new LinkedHashMap<>(account.features());
    documents.replaceAll((feature, document) -> features.upgraded(document));
    return new Account(account.id(), account.customer(), account.profile(), account.info(), documents, account.version());
  }

  /** An account was changed, made or deleted, and that is committed. */
  synchronized void changed(AccountId id) {
    changes++;
    entries.remove(id);
    closed.remove(id);
    // Names that were nobody's may be this account's now; makings and renamings are rare.
    nobody.clear();
  }

  @Override
  public synchronized void used(AccountId id, Instant when) {
    changes++;
    entries.computeIfPresent(id, (same, kept) -> kept.isFirstUse(null) ? kept.firstUsed(when) : kept);
  }

  @Override
  public synchronized void unused(AccountId id, Instant when) {
    changes++;
    entries.computeIfPresent(id, (same, kept) -> kept.isFirstUse(when) ? kept.firstUsed(null) : kept);
  }

  @Override
  public synchronized void usedBefore(AccountId id) {
    changes++;
    entries.remove(id);
  }

  private synchronized void clear() {
    changes++;
    entries.clear();
  }

  private synchronized void forgetEverything() {
    clear();
    nobody.clear();
    closed.clear();
  }

  Meter meter() {
    return meter;
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized int unknownSize() {
    return nobody.size();
  }
}
