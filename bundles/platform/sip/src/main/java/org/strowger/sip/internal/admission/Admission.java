package org.strowger.sip.internal.admission;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Meter;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Time;

/**
 * What gets in: how late is too late, how much is too much of one source, who is banned. Every new setting counts from
 * the next message on, calls or no calls. Asked by the threads that read, for every message: nothing here blocks or grows
 * without bound. All that is counted is counted by source, nothing by account.
 */
@Component(service = Admission.class, configurationPid = "org.strowger.sip.admission")
@Designate(ocd = AdmissionConfig.class)
public final class Admission {

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  /** Its lines go to {@code security.log}. */
  private static final Logger AUDIT = LoggerFactory.getLogger("audit");
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final long START = 1L << 60;
  private static final String BANNED = "banned";

  /** What becomes of a message that belongs to nothing that is there. */
  public enum Pass { TAKE, REFUSE, IGNORE }

  private final Time time;
  private final long origin;
  private final long seed;
  private final AtomicLong draws = new AtomicLong();
  private final Rates rates = new Rates();
  private final Shares shares = new Shares();
  private final Asking asking;
  private final Guesses guesses = new Guesses();
  private final Bans bans = new Bans();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder wrong = new LongAdder();
  private final LongAdder slowed = new LongAdder();
  /** Null if bans end with the process. */
  private final BanFile file;
  private volatile AdmissionSettings settings;

  @Activate
  public Admission(BundleContext context, @Reference Time time, AdmissionConfig config) {
    this(AdmissionSettings.of(config), time, new java.security.SecureRandom().nextLong(), file(context));
  }

  private static Path file(BundleContext context) {
    String home = context.getProperty("strowger.home");
    if (home == null) {
      throw new IllegalStateException("the system property strowger.home must name the instance's folder");
    }
    return Path.of(home, "sip", "bans");
  }

  /** Its bans end with the process. @param seed of the spread of Retry-After, and of what nobody is to foresee */
  public Admission(AdmissionSettings settings, Time time, long seed) {
    this(settings, time, seed, null);
  }

  /** @param bans where they are kept, null if nowhere */
  Admission(AdmissionSettings settings, Time time, long seed, Path bans) {
    this.settings = settings;
    this.time = time;
    this.origin = time.ticks();
    this.seed = seed;
    this.asking = new Asking(seed);
    this.file = bans == null ? null : new BanFile(bans, this::banList, time);
    if (bans != null) {
      BanFile.read(bans).forEach(this::restore);
    }
  }

  @Deactivate
  void close() {
    if (file != null) {
      file.close();
    }
  }

  private void restore(Ban ban) {
    long now = now();
    this.bans.put(ban.source(), ban.reason(), now + ticks(ban.since()), now + ticks(ban.until()), now);
  }

  /** From now, in ticks; a clock that was set makes no ban longer than it can be. */
  private long ticks(Instant at) {
    Duration from = Duration.between(time.now(), at);
    return from.abs().compareTo(AdmissionSettings.LONGEST_BAN) > 0 ? AdmissionSettings.LONGEST_BAN.toNanos() * (from.isNegative() ? -1 : 1) : from.toNanos();
  }

  private void bansChanged() {
    if (file != null) {
      file.changed();
    }
  }

  @Modified
  void modified(AdmissionConfig config) {
    try {
      settings = AdmissionSettings.of(config);
    } catch (InvalidInput e) {
      LOG.error("SIP admission goes on with its old settings: {}", e.getMessage());
    }
  }

  /** Sources that are banned now. */
  public int banned() {
    return bans.size(now());
  }

  public void tell(Meter meter) {
    meter.gauge("banned", this::banned);
    meter.gauge("banned.dropped", dropped::sum);
    meter.gauge("digest.wrong", wrong::sum);
    meter.gauge("strangers.dropped", slowed::sum);
  }

  /** Far from zero, so that what was never set is long ago. */
  private long now() {
    return START + time.ticks() - origin;
  }

  /** Whether what waits so long waits too long. */
  public boolean isLate(long nanos) {
    return nanos > settings.maxAge().toNanos();
  }

  /** A request that opens something came from this address. */
  public void asks(String host) {
    if (!settings.exempt().contains(host)) {
      shares.ask(Source.of(host), now());
    }
  }

  /**
   * Whether a new request of this address is refused because what is before it waits so long: first those of sources that
   * ask much, then everybody's.
   */
  public boolean refuses(String host, long nanos) {
    AdmissionSettings now = settings;
    return shares.refuses(Source.of(host), now.exempt().contains(host), now(), nanos, now.maxAge().toNanos());
  }

  /** The header line of a 503, with CRLF. Spread, so that those who were refused together do not come back together. */
  public String retryAfter() {
    long mixed = seed + GOLDEN * draws.incrementAndGet();
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return "Retry-After: " + (1 + Math.floorMod(mixed ^ mixed >>> 31, settings.retryAfterMost())) + "\r\n";
  }

  /** Whether no limit and no ban concerns this address. */
  public boolean isProxy(String host) {
    return settings.proxies().contains(host);
  }

  public boolean exempts(String host) {
    return settings.exempt().contains(host);
  }

  /** Whether a message from this address that belongs to nothing is to be dropped. */
  public boolean drops(String host) {
    if (bans.isEmpty() || settings.exempt().contains(host) || !bans.drops(Source.of(host), now())) {
      return false;
    }
    dropped.increment();
    return true;
  }

  /** Whom this address is counted as. @param host an address, not a name */
  public String source(String host) {
    return Source.of(host);
  }

  /** Whether one more TCP connection of this address may be. @param there of its source that are */
  public boolean connects(String host, int there) {
    AdmissionSettings now = settings;
    return there < now.connections() || now.exempt().contains(host);
  }

  /** Whether one more server transaction outside of dialogs may be, of this address. @param there of its source that are */
  public boolean holds(String host, int there) {
    AdmissionSettings now = settings;
    return there < now.transactions() || now.exempt().contains(host);
  }

  /** A message that belongs to nothing that is there came from this address. */
  public Pass opens(String host) {
    AdmissionSettings now = settings;
    if (now.perSecond() == 0 || now.exempt().contains(host)) {
      return Pass.TAKE;
    }
    return rates.take(Source.of(host), now(), now.perSecond(), now.burst());
  }

  /**
   * Whether a request without an answer to any challenge may have one.
   *
   * @param name that it gives itself
   * @param proven whether it came from that address for certain
   */
  public boolean challenges(String host, String name, boolean proven) {
    AdmissionSettings now = settings;
    if (now.unanswered() == 0 || now.exempt().contains(host)) {
      return true;
    }
    String source = Source.of(host);
    Asking.Answer answer = asking.ask(source, name, proven ? now.names() : 0, now(), now.unanswered(), now.window().toNanos());
    if (answer == Asking.Answer.CHALLENGE) {
      return true;
    }
    slowed.increment();
    if (answer == Asking.Answer.BAN) {
      ban(source, now.names() + " names within " + now.window().toSeconds() + " s and no answer to a challenge", now);
    }
    return false;
  }

  /** A request came that answers a challenge which only this source can have got. @param name that it gives itself */
  public void answered(String host, String name) {
    AdmissionSettings now = settings;
    if (now.unanswered() > 0) {
      asking.answered(Source.of(host), name, now.unanswered(), now.window().toNanos());
    }
  }

  /** The answer to a challenge was wrong. Of those of one source that come too close together the last one bans it. */
  public void wrong(String host, String user) {
    wrong.increment();
    AdmissionSettings now = settings;
    if (now.failures() == 0 || now.exempt().contains(host)) {
      return;
    }
    String source = Source.of(host);
    if (guesses.wrong(source, user, now(), now.failures(), now.window().toNanos())) {
      String reason = guesses.told(source) + " within " + now.window().toSeconds() + " s";
      forget(source);
      ban(source, reason, now);
    }
  }

  private void ban(String source, String reason, AdmissionSettings now) {
    if (bans.add(source, reason, now(), now.banned().toNanos())) {
      bansChanged();
      AUDIT.warn("SIP: {} is banned for {} s: {}", source, now.banned().toSeconds(), reason);
    }
  }

  /** Whether this login was wrong from there so often lately that it is refused late; whether there is such a login makes no difference. */
  public boolean refusesLate(String host, String user) {
    AdmissionSettings now = settings;
    return now.failures() > 0 && guesses.isWorn(Source.of(host), user, now(), now.failures(), now.window().toNanos());
  }

  private boolean forget(String source) {
    AdmissionSettings now = settings;
    return guesses.forget(source, now(), now.failures(), now.window().toNanos());
  }

  /** The answer was right. @param name that goes with it, and was found to be the sender's; the user if there is none */
  public void right(String host, String user, String name) {
    String source = Source.of(host);
    AdmissionSettings now = settings;
    guesses.right(source, user, now(), now.window().toNanos());
    if (now.unanswered() > 0) {
      asking.letIn(source, user);
      asking.letIn(source, name);
    }
  }

  private List<Ban> banList() {
    var all = new ArrayList<Ban>();
    long now = now();
    bans.each(now, (source, ban) -> all.add(new Ban(source, BANNED, at(ban.since(), now), at(ban.until(), now), ban.reason(), ban.dropped().sum())));
    return all;
  }

  /** Who is kept out or slowed now, those first who came first. */
  public List<Ban> list() {
    List<Ban> all = banList();
    long now = now();
    AdmissionSettings set = settings;
    asking.slowed(now, set.window().toNanos(), (source, since, until, lost) -> all.add(
        new Ban(source, "slowed", at(since, now), at(until, now), "over " + set.unanswered() + " challenges unanswered within " + set.window().toSeconds() + " s", lost)));
    if (set.failures() > 0) {
      guesses.late(now, set.failures(), set.window().toNanos(), (source, since, logins) -> all.add(
          new Ban(source, "slowed", at(since, now), at(since + set.window().toNanos(), now), late(logins) + " within " + set.window().toSeconds() + " s", 0)));
    }
    // Of who is banned, what else he is makes no difference.
    Set<String> banned = all.stream().filter(ban -> ban.effect().equals(BANNED)).map(Ban::source).collect(Collectors.toSet());
    all.removeIf(ban -> !ban.effect().equals(BANNED) && banned.contains(ban.source()));
    all.sort(Comparator.comparing(Ban::since).thenComparing(Ban::source));
    return all;
  }

  private static String late(Map<String, Integer> logins) {
    String worst = Collections.max(logins.entrySet(), Map.Entry.comparingByValue()).getKey();
    String more = logins.size() > 1 ? " and " + (logins.size() - 1) + " more logins" : "";
    return logins.values().stream().mapToInt(Integer::intValue).sum() + " wrong passwords for " + worst.replaceAll("[^\\x21-\\x7e]", "?") + more;
  }

  private Instant at(long ticks, long now) {
    return time.now().plusNanos(ticks - now).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
  }

  /**
   * Lets a source in again and forgets what it did.
   *
   * @param address as listed, or any address of an IPv6 /64
   * @throws StrowgerException if it is neither banned nor slowed
   */
  public void lift(String address, String by) {
    String given = address.trim();
    String source = given.endsWith("/64") ? given : Source.of(given);
    boolean banned = bans.lift(source);
    boolean slowed = asking.forget(source);
    if (!forget(source) && !slowed && !banned) {
      throw StrowgerException.notFound("ban of", address);
    }
    bansChanged();
    AUDIT.info("SIP: {} lifts the ban of {}", by, source);
  }
}
