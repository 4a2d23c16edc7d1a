package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.scenarios.World.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.strowger.phone.Behaviour;
import org.strowger.phone.Carrier;
import org.strowger.phone.IncomingCall;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.phone.TraceEntry;
import org.strowger.phone.Waiting;
import org.strowger.scenarios.World.Subscriber;

/** Messages that are strange, wrong, or broken at random, while others call: they notice nothing, and nothing stays behind. */
@AnotherSwitch
class TortureScenario {

  private static final int MUTATIONS = Integer.getInteger("strowger.mutations", Size.of(1000, 50_000));
  private static final int A_SECOND = 150;
  private static final int UP = Size.of(5, 20);
  private static final int CALLS_A_SECOND = Size.of(10, 100);
  /** Whoever torments is exempt, or most of it would not be read. */
  private static final Map<String, String> SETTINGS = Map.of("org.strowger.sip.admission.cfg", "exempt = 127.0.2.0/24\n" + Traffic.PATIENT,
      "org.strowger.sip.cfg", Switch.TIMERS);
  private static final List<String> UNDER_WAY = List.of("sip.transactions.server", "sip.transactions.client", "sip.dialogs", "calls.up", "ledger.calls.holding");
  private static final String NUMBER = "1416555";
  /** Of so many broken messages one at least is an INVITE that gets through to the callee. */
  private static final int A_TAKEN_ONE = 10;
  private static final Duration FORGOTTEN = Duration.ofSeconds(90);
  /** At small size what is loaded and kept for the first time counts too. */
  private static final long MOST_GROWTH = Size.of(32, 8) << 20;

  private static Switch at;
  private World world;

  @BeforeAll
  static void start() {
    at = Switch.start("torture", SETTINGS);
  }

  @AfterAll
  static void stop() {
    at.close();
  }

  @BeforeEach
  void open() {
    world = new World(at);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void everyMessageOfRfc4475GetsItsVerdict() throws Exception {
    assertThat(Torture.verdicts().stream().map(Torture::name).sorted().toList()).isEqualTo(Torture.names());
    Subscriber alice = world.subscriber();
    for (Torture message : Torture.verdicts()) {
      message.assertAnswered(world, alice);
    }
    assertThat(meter("sip.worker.faults")).isZero();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void brokenMessagesHarmNobody() throws Exception {
    long seed = Long.getLong("strowger.seed", System.nanoTime());
    System.out.println("seed of the broken messages: -Dstrowger.seed=" + seed + ", all that is sent: " + sent());
    try (var eyes = new Eyes(at)) {
      if (Size.FULL) {
        torment(MUTATIONS / 10, seed);
      }
      long before = eyes.memory().get("heap");
      String seen = torment(MUTATIONS, seed + 1);
      long grown = eyes.memory().get("heap") - before;
      System.out.println("| torture | " + MUTATIONS + " broken messages, " + seen + " | heap " + before / 1024 + " KB, then " + grown / 1024 + " KB more |");
      assertThat(grown).as("growth of the heap").isLessThan(MOST_GROWTH);
    }
    assertThat(meter("sip.worker.faults")).isZero();
    assertThat(at.log().lines().filter(line -> line.contains(" ERROR ")).toList()).as("errors in the log, seed %s", seed).isEmpty();
    Files.delete(sent());
  }

  /** The seed alone does not bring them back: addresses, challenges and what phones said differ from run to run. Kept if something fails. */
  private static Path sent() {
    return at.home().resolve("torment.sent");
  }

  /** While others call. Afterwards nothing of it is under way any more. @return what was seen */
  private String torment(int count, long seed) throws Exception {
    Phone callee = world.keep(Phone.builder().local("127.0.0.5:0").keep(100).build());
    Subscriber alice = world.account(world.plan(world.tariff("", "1=0.01")), world.group(world.carrier(world.keep(new Carrier(callee)).otherwise(Behaviour.manual()), null, "")), "100000", "0");
    Phone phone = world.registered(alice);
    call(phone, callee).hangup();
    OutgoingCall up = call(phone, callee);
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    try (var traffic = new Traffic(world, UP, CALLS_A_SECOND).start(); var tormentor = new Tormentor(at.sip(), alice, NUMBER, corpus(phone, callee), seed, sent())) {
      var asked = new Asked(world.keep(Phone.builder().local("127.0.0.4:0").server(at.sip()).keep(20).build()));
      clock.scheduleAtFixedRate(asked, 0, 1, TimeUnit.SECONDS);
      AtomicInteger taken = answerBadly(callee, new Mutation(new Random(seed)), clock);
      tormentor.torment(count, A_SECOND);
      assertThat(taken.get()).as("broken INVITEs of %s messages that got through to the callee", count).isGreaterThanOrEqualTo(count / A_TAKEN_ONE);
      assertThat(tormentor.unconnected()).as("connections that were not taken").isLessThanOrEqualTo(count / 100);
      traffic.finish();
      asked.assertAnswered();
      up.hangup();
      Waiting.until("nothing is under way", TortureScenario::isQuiet, FORGOTTEN);
      return taken + " INVITEs got through, answers " + tormentor.answers() + " | " + traffic.made() + " calls at " + CALLS_A_SECOND + "/s, none failed, ringing after " + traffic.ringing() + " ms";
    } finally {
      clock.shutdownNow();
    }
  }

  /** Asks whether the switch is there, once a second. */
  private static final class Asked implements Runnable {

    private final Phone phone;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final long begin = System.nanoTime();
    private volatile Throwable failed;

    Asked(Phone phone) {
      this.phone = phone;
    }

    @Override
    public void run() {
      try {
        assertThat(phone.options().status()).isEqualTo(200);
        answers.incrementAndGet();
        SipMessage last = phone.trace().get(phone.trace().size() - 1).message();
        repeated.addAndGet((int) phone.trace().stream().filter(entry -> entry.sent() && entry.retransmission() && entry.message().callId().equals(last.callId())).count());
      } catch (Throwable t) {
        failed = t;
      }
    }

    void assertAnswered() {
      assertThat(failed).as("OPTIONS").isNull();
      assertThat(answers.get()).isPositive();
      if (Size.FULL) {
        assertThat(answers.get()).as("answers to OPTIONS, one a second").isGreaterThanOrEqualTo((int) ((System.nanoTime() - begin) / 1_000_000_000) - 2);
        assertThat(repeated.get()).as("OPTIONS that were sent again").isZero();
      }
    }
  }

  private static long meter(String name) {
    return meters().get(name).asLong();
  }

  private static JsonNode meters() {
    try {
      return new ObjectMapper().readTree(at.shell("switch:meters --json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isQuiet() {
    JsonNode now = meters();
    return UNDER_WAY.stream().allMatch(name -> now.get(name).asLong() == 0);
  }

  /** Every fourth call is answered, with a description that is broken; the others are refused. @return how many came */
  private static AtomicInteger answerBadly(Phone callee, Mutation mutation, ScheduledExecutorService clock) {
    var taken = new AtomicInteger();
    callee.onCall(call -> {
      if (taken.incrementAndGet() % 4 != 0) {
        return Behaviour.busy();
      }
      call.ring();
      call.answer(mutation.ofText(Tormentor.SDP));
      clock.schedule(call::hangup, 500, TimeUnit.MILLISECONDS);
      return Behaviour.manual();
    });
    return taken;
  }

  private static OutgoingCall call(Phone phone, Phone callee) {
    OutgoingCall call = phone.call(NUMBER + "0000");
    IncomingCall leg = callee.awaitIncoming(SOON);
    leg.ring();
    leg.answer();
    call.awaitAnswered(SOON);
    call.hold().await(SOON);
    call.resume().await(SOON);
    leg.info("application/dtmf-relay", "Signal=1\r\nDuration=100\r\n").await(SOON);
    return call;
  }

  /** What is broken: the messages of RFC 4475, and all that two phones said that called one another; one of these calls is up. */
  private static List<byte[]> corpus(Phone... phones) throws IOException {
    var found = new ArrayList<byte[]>();
    for (String name : Torture.names()) {
      found.add(Torture.bytes(name));
    }
    for (Phone phone : phones) {
      phone.trace().stream().filter(TraceEntry::sent).forEach(entry -> found.add(entry.raw()));
    }
    return found;
  }
}
