package org.strowger.registrar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.registrar.internal.bindings.Registers.register;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.calls.api.Locations.Binding;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.Health;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;
import org.strowger.kernel.Unavailable;
import org.strowger.registrar.internal.bindings.Registers;
import org.strowger.registrar.internal.rest.RegistrationResource;
import org.strowger.registrar.internal.store.BindingStore;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.api.Role;
import org.strowger.registrar.internal.shell.ShellAccess;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.DigestCredentials;
import org.strowger.sip.api.Flow;
import org.strowger.sip.api.OutgoingRequest;
import org.strowger.sip.api.SipAnswer;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipClient;
import org.strowger.sip.api.SipDigest;
import org.strowger.sip.api.SipHeaders;
import org.strowger.sip.api.SipStack;
import org.strowger.sip.api.SipUri;
import org.strowger.sip.api.TransactionId;
import org.strowger.testkit.LeavingBundle;
import org.strowger.testkit.Waiting;
import org.strowger.testkit.postgres.TestDatabase;

class RegistrarTest {

  private static final AccountId ALICE = new AccountId(1);
  private static final String DESK = "sip:1001@10.0.0.5:5060";

  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final Time time = new Time() {
    @Override
    public Instant now() {
      return now;
    }

    @Override
    public long ticks() {
      return java.time.Duration.between(Instant.EPOCH, now).toNanos();
    }
  };
  private final Stack stack = new Stack();
  private final Directory directory = new Directory();
  private TestDatabase database;
  private BindingStore store;
  private BindingTable table;
  private Registrar registrar;

  @BeforeEach
  void open() {
    database = TestDatabase.open();
    start(1000);
    directory.put(account("1001", false, null, Map.of()));
  }

  @AfterEach
  void close() {
    stop();
    database.close();
  }

  private void start(int queue) {
    store = new BindingStore(database, time);
    table = new BindingTable(store, time);
    registrar = new Registrar(new LeavingBundle().context(), table, time, config(queue));
    registrar.bindStack(stack);
    registrar.bindDigest(stack);
    registrar.bindDirectory(directory);
  }

  private void stop() {
    registrar.close();
    table.close();
    store.close();
  }

  private static RegistrarConfig config(int queue) {
    return (RegistrarConfig) java.lang.reflect.Proxy.newProxyInstance(RegistrarTest.class.getClassLoader(), new Class<?>[] {RegistrarConfig.class},
        (proxy, method, arguments) -> method.getName().equals("queue") ? queue : method.getName().equals("workers") ? 1 : method.getDefaultValue());
  }

  private static Account account(String name, boolean blocked, Instant expiration, Map<String, SettingsDocument> features) {
    var profile = new AccountProfile(name, name + "-login", new PlanId(1), BigDecimal.ZERO, null, ZoneId.of("UTC"), "en", null, null, -1, blocked);
    var info = new AccountInfo(Currency.getInstance("USD"), expiration, null, Instant.EPOCH, "a", Instant.EPOCH, "a", null, null);
    return new Account(ALICE, CustomerId.ROOT, profile, info, features, 1);
  }

  private SipAnswer answer(Registers register) throws Exception {
    var request = register.request();
    var answer = stack.expect(request.transaction());
    registrar.request(request);
    return answer.get(10, TimeUnit.SECONDS);
  }

  private Registers alice() {
    return register("1001").login("1001-login", "right");
  }

  @Test
  void bindsAndTellsCalls() throws Exception {
    SipAnswer answer = answer(alice().contact(DESK, "q=0.5").contact("sip:1001@10.0.0.6", "expires=90").header("Supported", "path, outbound").path("sip:edge.example;lr"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.contacts()).extracting(contact -> contact.parameters().get("expires")).containsExactly("3600", "90");
    assertThat(answer.headers().values("Path")).containsExactly("<sip:edge.example;lr>");
    assertThat(answer.headers().first("Date")).contains("Sat, 21 Nov 2026 12:00:00 GMT");
    assertThat(table.locate(ALICE)).extracting(binding -> binding.contact().host()).containsExactly("10.0.0.6", "10.0.0.5");
    assertThat(table.locate(ALICE)).extracting(Binding::flow).containsOnly(Registers.NAT);
    now = now.plusSeconds(90);
    assertThat(table.locate(ALICE)).hasSize(1);
  }

  @Test
  void wrongPasswordUnknownUserAndReplayAreChallengedAfresh() throws Exception {
    assertThat(answer(alice().login("1001-login", "wrong").contact(DESK))).isEqualTo(Stack.CHALLENGED);
    assertThat(answer(alice().login("nobody", "right").contact(DESK))).isEqualTo(Stack.CHALLENGED);
    assertThat(stack.checkedNobody).isEqualTo(1);
    assertThat(answer(alice().login("nobody", "replay").contact(DESK))).as("only who is there can have used a nonce").isEqualTo(Stack.CHALLENGED);
    assertThat(answer(alice().login("1001-login", "replay").contact(DESK))).isEqualTo(Stack.STALE);
    assertThat(table.locate(ALICE)).isEmpty();
  }

  @Test
  void whoGuessesPasswordsLearnsNotWhoExistsWhileTheDatabaseIsAway() throws Exception {
    assertThat(answer(alice().login("asked-before", "wrong").contact(DESK))).isEqualTo(Stack.CHALLENGED);
    assertThat(stack.guessed).hasSize(1);
    assertThat(directory.asked).as("for the name itself only").isEqualTo(1);
    assertThat(answer(alice().login("asked-before", "wrong").contact(DESK))).isEqualTo(Stack.CHALLENGED);
    assertThat(directory.asked).as("known to be nobody, and asked for all the same").isEqualTo(2);
    directory.away = true;
    assertThat(answer(alice().login("1001-login", "wrong").contact(DESK)).status()).as("in memory").isEqualTo(503);
    assertThat(answer(alice().login("nobody", "wrong").contact(DESK)).status()).as("nobody").isEqualTo(503);
    assertThat(answer(alice().login("asked-before", "wrong").contact(DESK)).status()).as("known to be nobody").isEqualTo(503);
    assertThat(stack.guessed).as("what could be judged counts, whatever it was answered").hasSize(4);
    assertThat(answer(alice().login("1001-login", "replay").contact(DESK))).as("who has the password").isEqualTo(Stack.STALE);
  }

  @Test
  void whoMayNotRegister() throws Exception {
    assertThat(answer(register("1002").login("1001-login", "right").contact(DESK)).status()).isEqualTo(403);
    directory.put(account("1001", true, null, Map.of()));
    assertThat(answer(alice().contact(DESK)).status()).isEqualTo(403);
    directory.put(account("1001", false, now, Map.of()));
    assertThat(answer(alice().contact(DESK)).status()).isEqualTo(403);
    var off = new SettingsDocument("registration", 1, Map.of("regAllowed", false));
    directory.put(account("1001", false, null, Map.of("registration", off)));
    assertThat(answer(alice().contact(DESK)).status()).isEqualTo(403);
    assertThat(table.locate(ALICE)).isEmpty();
  }

  @Test
  void whoNamesAnAddressThatMustNotBeCalledIsRefusedWhole() throws Exception {
    assertThat(answer(alice().contact(DESK).callId("a", 1)).status()).isEqualTo(200);
    SipAnswer refused = answer(alice().contact("sip:1001@10.0.0.6").contact("sip:19005550100@198.51.100.66:5060").callId("b", 1));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.reason()).isEqualTo("Contact Is A Carrier's Address");
    assertThat(answer(alice().contact("sip:1001@10.0.0.6").path("sip:198.51.100.66;lr").callId("c", 1)).status()).isEqualTo(403);
    assertThat(table.locate(ALICE)).extracting(binding -> binding.contact().toString()).containsExactly(DESK);
    assertThat(answer(alice().contact("sip:19005550100@198.51.100.66:5060", "expires=0").callId("d", 1)).status()).as("unregistering").isEqualTo(200);
    assertThat(answer(alice().callId("e", 1)).status()).as("asking").isEqualTo(200);
  }

  @Test
  void tooShortNamesTheLeast() throws Exception {
    SipAnswer answer = answer(alice().contact(DESK, "expires=5"));
    assertThat(answer.status()).isEqualTo(423);
    assertThat(answer.headers().first("Min-Expires")).contains("60");
  }

  @Test
  void aRestartKeepsRegistrations() throws Exception {
    answer(alice().contact(DESK, "q=0.25", "+sip.instance=<urn:uuid:1>").header("User-Agent", "Phönix 1.0").path("sip:edge.example;lr").callId("a", 5));
    answer(alice().contact("sip:1001@[2001:db8::1]:5070;transport=tcp", "expires=60").callId("b", 1));
    answer(alice().contact("sip:1001@10.0.0.7").callId("c", 1));
    answer(alice().contact("sip:1001@10.0.0.7", "expires=0").callId("c", 2));
    List<Binding> before = table.locate(ALICE);
    assertThat(before).hasSize(2);
    stop();
    start(1000);
    assertThat(table.locate(ALICE)).isEqualTo(before);
    assertThat(answer(alice().contact(DESK).callId("a", 4)).status()).as("the order of CSeq survives too").isEqualTo(400);
    now = now.plusSeconds(61);
    stop();
    start(1000);
    assertThat(table.locate(ALICE)).extracting(binding -> binding.contact().toString()).containsExactly(DESK);
  }

  @Test
  void aRestartKeepsHowAPhoneIsReached() throws Exception {
    var oneWay = new Flow(Registers.NAT.transport(), Registers.NAT.local(), Registers.NAT.remote(), false);
    answer(alice().by(oneWay).contact(DESK).callId("a", 1));
    assertThat(table.locate(ALICE)).extracting(Binding::flow).containsExactly(oneWay);
    stop();
    database.tx().run(() -> execute("insert into registrar.binding (account, contact, display_name, parameters, path, transport, local_address, remote_address, q, expires, refreshed, call_id, cseq,"
        + " user_agent) select account, 'sip:1001@10.0.0.9', display_name, parameters, path, transport, local_address, remote_address, 5, expires, refreshed, 'b', cseq, user_agent from registrar.binding"));
    start(1000);
    assertThat(table.locate(ALICE)).extracting(Binding::flow).as("the last as the release before writes it").containsExactly(oneWay, Registers.NAT);
    answer(alice().contact(DESK).callId("a", 2));
    stop();
    start(1000);
    assertThat(table.locate(ALICE)).extracting(Binding::flow).containsExactly(Registers.NAT, Registers.NAT);
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsOnDisk() throws Exception {
    var register = alice().contact(DESK).request();
    var answer = stack.expect(register.transaction());
    database.tx().run(() -> {
      execute("lock table registrar.binding in exclusive mode");
      registrar.request(register);
      Waiting.until("the calls find her", () -> !table.locate(ALICE).isEmpty());
      assertThat(answer).as("found by calls, but not acknowledged yet").isNotDone();
      Waiting.until("it waits to be written", () -> store.waiting() == 1);
      assertThat(answer).isNotDone();
    });
    assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
    // As after a crash: nobody has closed the store.
    assertThat(new BindingStore(database, time).load(now)).containsKey(ALICE);
  }

  @Test
  void whatIsNotOnDiskGets503AndIsMadeUpForLater() throws Exception {
    answer(alice().contact(DESK).callId("a", 1));
    database.tx().run(() -> execute("create function registrar.no() returns trigger language plpgsql as 'begin raise exception ''no''; end'"));
    database.tx().run(() -> execute("create trigger no before insert or update or delete on registrar.binding execute function registrar.no()"));
    SipAnswer refused = answer(alice().contact("sip:1001@10.0.0.8").callId("b", 1));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers().first("Retry-After")).contains("5");
    assertThat(answer(alice().contact(DESK, "expires=0").callId("a", 2)).status()).isEqualTo(503);
    database.tx().run(() -> execute("drop trigger no on registrar.binding"));
    assertThat(answer(alice().contact(DESK, "expires=0").callId("a", 3)).status()).isEqualTo(200);
    assertThat(answer(alice().contact("sip:1001@10.0.0.8").callId("b", 2)).status()).isEqualTo(200);
    assertThat(new BindingStore(database, time).load(now).get(ALICE)).extracting(bound -> bound.contact().toString()).containsExactly("sip:1001@10.0.0.8");
  }

  private void execute(String sql) throws java.sql.SQLException {
    try (var statement = database.tx().connection().createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void theSweepForgetsWhatExpired() throws Exception {
    answer(alice().contact(DESK, "expires=60"));
    answer(alice().contact("sip:1001@10.0.0.7").callId("c", 1));
    now = now.plusSeconds(60);
    table.sweep();
    assertThat(table.of(ALICE)).hasSize(1);
    now = now.plusSeconds(3600);
    table.sweep();
    assertThat(table.accounts()).isZero();
    store.close();
    assertThat(new BindingStore(database, time).load(Instant.EPOCH)).isEmpty();
  }

  @Test
  void unregistersAll() throws Exception {
    answer(alice().contact(DESK));
    assertThat(answer(alice().contact("*").callId("x", 1)).status()).isEqualTo(400);
    SipAnswer answer = answer(alice().contact("*").header("Expires", "0").callId("x", 2));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.contacts()).isEmpty();
    assertThat(table.locate(ALICE)).isEmpty();
  }

  @Test
  void whatCannotBeServedIsToldSo() throws Exception {
    directory.failure = new StrowgerException(ErrorCode.UNAVAILABLE, "key file is missing");
    SipAnswer answer = answer(alice().contact(DESK));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers().first("Retry-After")).contains("5");
    directory.failure = new IllegalStateException("bug");
    assertThat(answer(alice().contact(DESK)).status()).isEqualTo(500);
    directory.failure = null;
    assertThat(answer(alice().contact(DESK)).status()).isEqualTo(200);
    assertThat(registrar.health().state()).isEqualTo(Health.State.OK);
    registrar.unbindDirectory(directory);
    assertThat(registrar.health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(answer(alice().contact(DESK)).status()).as("after waiting for the accounts").isEqualTo(503);
  }

  @Test
  void aFloodOfFailuresIsOneLineAMinute() throws Exception {
    var out = new java.io.ByteArrayOutputStream();
    java.io.PrintStream before = System.err;
    System.setErr(new java.io.PrintStream(out, true, java.nio.charset.StandardCharsets.UTF_8));
    try {
      directory.failure = new StrowgerException(ErrorCode.UNAVAILABLE, "key file is missing");
      for (int i = 0; i < 20; i++) {
        answer(alice().contact(DESK).callId("flood " + i, 1));
      }
      directory.failure = new IllegalStateException("bug");
      for (int i = 0; i < 20; i++) {
        answer(alice().contact(DESK).callId("more " + i, 1));
      }
      now = now.plusSeconds(60);
      answer(alice().contact(DESK).callId("later", 1));
      store.close();
      for (int i = 0; i < 20; i++) {
        store.remove(ALICE, "sip:" + i);
      }
    } finally {
      System.setErr(before);
    }
    String log = out.toString(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(log.split("is not served", -1)).as(log).hasSize(2);
    assertThat(log.split("REGISTER, as of 1001, failed", -1)).as(log).hasSize(3);
    assertThat(log.split("are not on disk", -1)).as(log).hasSize(2);
  }

  @Test
  void moreThanMayWaitIsRefusedAtOnce() throws Exception {
    stop();
    start(10);
    var gate = new CountDownLatch(1);
    directory.gate = gate;
    var answers = new java.util.ArrayList<CompletableFuture<SipAnswer>>();
    for (int i = 0; i < 20; i++) {
      var request = alice().contact(DESK).callId("client " + i, 1).request();
      answers.add(stack.expect(request.transaction()));
      registrar.request(request);
    }
    gate.countDown();
    int busy = 0;
    for (var answer : answers) {
      busy += answer.get(10, TimeUnit.SECONDS).status() == 503 ? 1 : 0;
    }
    assertThat(busy).isBetween(9, 10);
  }

  @Test
  void showsRegistrations() throws Exception {
    answer(alice().contact(DESK, "q=0.5").header("User-Agent", "phone"));
    var view = new RegistrationView(table);
    view.bindDirectory(directory);
    var expected = Map.of("account", 1L, "name", "1001", "contact", DESK, "address", "udp 203.0.113.9:40001", "path", List.of(), "q", "0.5",
        "expires", "2026-11-21T13:00:00Z", "userAgent", "phone");
    assertThat(view.ofName("1001")).isEqualTo(List.of(expected));
    assertThat(view.all(10)).isEqualTo(List.of(expected));
    assertThat(ShellAccess.offered(view, "")).containsExactly("1001");
    assertThat(ShellAccess.offered(view, "2")).isEmpty();
    var endpoint = new RegistrationResource(view).endpoints().get(0);
    assertThat(endpoint.handler().handle(new RestRequest(Map.of("id", "1"), Map.of(), Map.of(), new Caller("r", Role.READ_ONLY))).data()).isEqualTo(List.of(expected));
    for (String id : List.of("2", "x", "0")) {
      assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(StrowgerException.class,
          () -> endpoint.handler().handle(new RestRequest(Map.of("id", id), Map.of(), Map.of(), new Caller("r", Role.READ_ONLY)))).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  private static final class Directory implements AccountDirectory {

    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private volatile RuntimeException failure;
    private volatile CountDownLatch gate;
    /** The database: what is in memory is answered all the same. */
    private volatile boolean away;
    /** How often the database was. */
    private volatile int asked;
    private final Set<String> nobody = ConcurrentHashMap.newKeySet();

    @Override
    public boolean knowsVoipLogin(String login) {
      return nobody.contains(login) || has(login);
    }

    private boolean has(String login) {
      return accounts.values().stream().anyMatch(account -> account.profile().voipLogin().equals(login));
    }

    @Override
    public void askForNobody() {
      asked++;
      if (away) {
        throw new Unavailable("the database");
      }
    }

    void put(Account account) {
      accounts.put(account.name(), account);
    }

    @Override
    public Optional<Account> find(AccountId id) {
      return accounts.values().stream().filter(account -> account.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Account> byName(String name) {
      return Optional.ofNullable(accounts.get(name));
    }

    @Override
    public Optional<VoipCredential> byVoipLogin(String login, String realm) {
      if (failure != null) {
        throw failure;
      }
      try {
        if (gate != null && !gate.await(10, TimeUnit.SECONDS)) {
          throw new IllegalStateException("the gate stayed shut");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (!knowsVoipLogin(login)) {
        askForNobody();
        nobody.add(login);
      }
      return accounts.values().stream().filter(account -> account.profile().voipLogin().equals(login)).findFirst()
          .map(account -> new VoipCredential(account, "md5 of " + login, "sha256 of " + login));
    }
  }

  private static final class Stack implements SipStack, SipDigest {

    static final SipAnswer CHALLENGED = SipAnswer.of(401);
    static final SipAnswer STALE = SipAnswer.of(401, "stale");

    private final Map<TransactionId, CompletableFuture<SipAnswer>> answers = new ConcurrentHashMap<>();
    private final List<TransactionId> guessed = new java.util.concurrent.CopyOnWriteArrayList<>();
    private volatile int checkedNobody;

    CompletableFuture<SipAnswer> expect(TransactionId id) {
      var answer = new CompletableFuture<SipAnswer>();
      answers.put(id, answer);
      return answer;
    }

    @Override
    public void respond(TransactionId request, SipAnswer answer) {
      answers.get(request).complete(answer);
    }

    @Override
    public void guessed(TransactionId request) {
      guessed.add(request);
    }

    @Override
    public void challenge(TransactionId request, boolean stale) {
      answers.get(request).complete(stale ? STALE : CHALLENGED);
    }

    @Override
    public Outcome check(DigestCredentials credentials, Ha1 secrets) {
      if (secrets == Ha1.NOBODY) {
        checkedNobody++;
      }
      return switch (credentials.response()) {
        case "right" -> Outcome.OK;
        case "replay" -> Outcome.REPLAY;
        default -> Outcome.WRONG;
      };
    }

    @Override
    public String realm() {
      return "switch";
    }

    @Override
    public Optional<String> unfit(SipUri contact, List<SipUri> path, Flow flow) {
      return contact.host().equals("198.51.100.66") || path.stream().anyMatch(hop -> hop.host().equals("198.51.100.66")) ? Optional.of("Contact Is A Carrier's Address") : Optional.empty();
    }

    @Override
    public DialogId dialogOf(TransactionId invite) {
      throw new AssertionError("not asked");
    }

    @Override
    public DialogId fork(TransactionId invite) {
      throw new AssertionError("not asked");
    }

    @Override
    public void respond(TransactionId invite, DialogId in, SipAnswer answer) {
      throw new AssertionError("not asked");
    }

    @Override
    public TransactionId send(OutgoingRequest request, SipClient client) {
      throw new AssertionError("not asked");
    }

    @Override
    public TransactionId send(DialogId dialog, String method, SipHeaders headers, SipBody body, SipClient client) {
      throw new AssertionError("not asked");
    }

    @Override
    public void ack(DialogId dialog, long cseq, SipBody body) {
      throw new AssertionError("not asked");
    }

    @Override
    public void cancel(TransactionId invite, SipHeaders headers) {
      throw new AssertionError("not asked");
    }

    @Override
    public void forget(DialogId dialog) {
      throw new AssertionError("not asked");
    }

    @Override
    public List<Flow> listening() {
      return List.of();
    }
  }
}
