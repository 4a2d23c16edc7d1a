package org.strowger.calls.internal;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountDirectory;
import org.strowger.billing.api.CallEnd.ReleaseSource;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Sense;
import org.strowger.calls.internal.Chain.Outcome;
import org.strowger.calls.internal.Chain.Side;
import org.strowger.kernel.Live;
import org.strowger.kernel.Unavailable;
import org.strowger.sip.api.DialogId;
import org.strowger.sip.api.SipBody;
import org.strowger.sip.api.SipHeaders;

/** What becomes of a call: the phases from IDENTIFY to ROUTE. */
final class Deciding extends Setup {

  private static final int LARGEST_BODY = 16 * 1024;
  private static final int MOST_DIVERSIONS = 5;

  /** Where a policy sent the call after a leg failed; null for a new call. */
  private final Outcome.Diverted diverted;
  /** What ROUTE found, for when it is asked again. */
  private Draft.Mark found;
  private Taken taken;
  private Heard heard;

  Deciding(Call call) {
    this(call, null);
  }

  Deciding(Call call, Outcome.Diverted diverted) {
    super(call);
    this.diverted = diverted;
  }

  @Override
  String name() {
    return "deciding";
  }

  @Override
  void enter() {
    if (diverted == null) {
      begin();
    } else {
      divert(diverted);
    }
  }

  private void shed(Unavailable away) {
    shed(away.getMessage());
  }

  private void begin() {
    exchange.counts().attempts.increment();
    call.trace.note("sip", "INVITE {} → {} by {}, digest user {}", call.draft.cliIn, call.draft.cldIn, call.invite.flow(), call.draft.digestUser.orElse(""));
    if (refusedAsMessage()) {
      return;
    }
    DialogId dialog = exchange.stack().dialogOf(call.invite.transaction());
    if (dialog == null) {
      // The stack has answered it meanwhile: nobody is there whom anybody could talk to, or who should pay.
      call.refuse(487, "the caller's INVITE is over", ReleaseSource.CALLER);
      return;
    }
    call.forks.begin(dialog);
    number(call.draft.cld, this::dialled);
  }

  /** The number, if it is one, as everybody from here on is to see it: without what the eye reads over. An account's name stays as it is. */
  private void number(String user, Consumer<String> then) {
    String name = Dialled.name(user);
    String number = Dialled.number(name);
    if (number.equals(name)) {
      then.accept(name);
    } else {
      whoHas(name, account -> then.accept(account.isPresent() ? name : number));
    }
  }

  private void dialled(String cld) {
    if (!cld.equals(call.draft.cld)) {
      call.trace.note("call", "CLD becomes {}", cld);
      call.draft.cld = cld;
    }
    identify();
  }

  /** Checks that need no account. */
  private boolean refusedAsMessage() {
    SipBody body = call.invite.body();
    SipHeaders headers = call.invite.headers();
    int least = exchange.settings().minSessionExpires();
    String unmet = Passing.unsupported(headers);
    String user = call.invite.uri().user();
    String flaw = Stream.of(Dialled.flaw("number dialled", user), Dialled.flaw("caller's number", call.invite.from().uri().user())).filter(Objects::nonNull)
        .findFirst().orElse(null);
    if (flaw != null) {
      refuse(400, flaw, SipHeaders.NONE);
    } else if (user.length() > Sense.LONGEST_NUMBER) {
      refuse(484, "number of " + user.length() + " characters, " + Sense.LONGEST_NUMBER + " are taken", SipHeaders.NONE);
    } else if (call.invite.maxForwards() <= 0) {
      refuse(483, "Max-Forwards is used up", SipHeaders.NONE);
    } else if (!unmet.isEmpty()) {
      refuse(420, "requires " + unmet, SipHeaders.of("Unsupported", unmet));
    } else if (body.bytes().length > LARGEST_BODY) {
      refuse(413, "body of " + body.bytes().length + " bytes, " + LARGEST_BODY + " are taken", SipHeaders.NONE);
    } else if (!body.isEmpty() && !body.isSdp() && !body.contentType().startsWith("multipart/")) {
      refuse(415, "body of type " + body.contentType(), SipHeaders.of("Accept", "application/sdp"));
    } else if (!Passing.takesSdp(headers)) {
      refuse(406, "the answer is SDP, which the caller's Accept does not list", SipHeaders.NONE);
    } else if (SessionTimer.tooShort(headers, least)) {
      refuse(422, "session interval below " + least + " s", SipHeaders.of("Min-SE", Integer.toString(least)));
    } else {
      return false;
    }
    return true;
  }

  private void refuse(int status, String reason, SipHeaders headers) {
    call.refuse(status, reason, ReleaseSource.SWITCH, headers);
  }

  private void identify() {
    pass(Phase.IDENTIFY, this::identified);
  }

  private void identified() {
    Draft draft = call.draft;
    Optional<Account> caller = draft.caller;
    if (caller.isEmpty()) {
      refuse(403, "nobody is known to call", SipHeaders.NONE);
      return;
    }
    Account account = caller.get();
    firstUse(account);
    if (!account.usable(call.setupTime)) {
      refuse(403, "account " + account.name() + (account.profile().blocked() ? " is blocked" : " has expired"), SipHeaders.NONE);
      return;
    }
    if (draft.showsAccount(account)) {
      call.trace.note("call", "CLI becomes the account's name {}", account.name());
    }
    translate();
  }

  private void firstUse(Account account) {
    if (account.info().firstUse() == null) {
      exchange.services().accounts.now().ifPresent(accounts -> accounts.used(account.id(), call.setupTime));
    }
  }

  private void translate() {
    pass(Phase.TRANSLATE, () -> pass(Phase.SCREEN, () -> {
      found = call.draft.mark();
      taken = new Taken();
      heard = new Heard();
      route();
    }));
  }

  /** Routes ask who has the number that was dialled. A policy may not wait for the disk, so the directory has it in memory by then. */
  private void route() {
    whoHas(call.draft.cld, found -> whenAvailable(this::routable, this::shed));
  }

  /** Accounts and routing may be on their way out or in: a policy that finds nobody to ask would fail the call. */
  private void routable() {
    exchange.services().directory.requireAnswers();
    if (!exchange.chain().answers(Phase.ROUTE)) {
      throw new Unavailable("routing");
    }
    routed();
  }

  /** While the directory is being replaced, later. */
  private void whoHas(String name, Consumer<Optional<Account>> then) {
    Live<AccountDirectory> directory = exchange.services().directory;
    Optional<Optional<Account>> kept;
    try {
      kept = directory.ask(d -> d.knows(name) ? Optional.of(d.byName(name)) : Optional.empty());
    } catch (Unavailable away) {
      again(() -> whoHas(name, then), () -> shed(away));
      return;
    }
    if (kept.isPresent()) {
      then.accept(kept.get());
      return;
    }
    lookUp(() -> directory.ask(d -> d.byName(name)), then, failure -> {
      if (failure instanceof Unavailable away) {
        again(() -> whoHas(name, then), () -> shed(away));
        return;
      }
      Complaints.warn("The account with the number dialled could not be looked up", failure);
      shed(new Unavailable("the directory of accounts"));
    });
  }

  private void routed() {
    boolean asked = exchange.chain().routes();
    pass(Phase.ROUTE, () -> {
      boolean there = exchange.chain().routes();
      if (!call.draft.legs.isEmpty()) {
        call.become(new Choosing(call));
      } else if (asked && there) {
        // It lacks the accounts, which are being replaced.
        routeAgain(new Unavailable("routing"));
      } else if (there || exchange.chain().isRoutingAway()) {
        awaitRouting();
      } else {
        call.become(new Choosing(call));
      }
    }, this::routeAgain, taken, heard);
  }

  private void routeAgain(Unavailable away) {
    takeBack();
    again(this::route, () -> shed(away));
  }

  /** Who is asked again in ROUTE must find what it found. */
  private void takeBack() {
    call.draft.restore(found);
    taken.again();
  }

  /** A policy of somebody else's routes too, and knew none. */
  private void awaitRouting() {
    if (exchange.chain().isRoutingAway()) {
      again(this::awaitRouting, () -> shed(new Unavailable("routing")));
    } else {
      takeBack();
      route();
    }
  }

  /** Asks the policies of a phase; nothing may be done after this but what they decide. */
  private void pass(Phase phase, Runnable next) {
    pass(phase, next, this::shed, new Taken(), Heard.NOTHING);
  }

  /** @param away told if a part that a policy needs is being replaced */
  private void pass(Phase phase, Runnable next, Consumer<Unavailable> away, Taken taken, Heard heard) {
    Draft draft = call.draft;
    var changes = new Changes(exchange.services(), exchange.limits(), draft, null, call.trace, taken);
    exchange.chain().run(phase, Side.CALLER, draft::view, changes, call.trace, this, heard, outcome -> {
      if (outcome instanceof Outcome.Refused refused) {
        refuse(refused.status().code(), refused.reason(), SipHeaders.NONE);
      } else if (outcome instanceof Outcome.Lacking lacking) {
        shed(lacking.reason());
      } else if (outcome instanceof Outcome.Diverted to) {
        divert(to);
      } else if (outcome instanceof Outcome.Away without) {
        away.accept(without.part());
      } else {
        next.run();
      }
    });
  }

  /** Dials another number instead, from TRANSLATE on. */
  private void divert(Outcome.Diverted to) {
    Draft draft = call.draft;
    if (++draft.diversions > MOST_DIVERSIONS) {
      refuse(482, "diverted more than " + MOST_DIVERSIONS + " times", SipHeaders.NONE);
      return;
    }
    number(to.cld(), cld -> {
      draft.divert(cld);
      translate();
    });
  }
}
