package org.strowger.scenarios;

import static org.strowger.scenarios.World.SOON;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.strowger.phone.Behaviour;
import org.strowger.phone.CallOptions;
import org.strowger.phone.Carrier;
import org.strowger.phone.OutgoingCall;
import org.strowger.phone.Phone;
import org.strowger.phone.SipMessage;
import org.strowger.scenarios.World.Subscriber;

/** Every plugin that is shipped or shown as a sample, each with somebody whom it concerns. */
final class Plugs implements AutoCloseable {

  private static final boolean WITH_SAMPLES = Size.FULL || Boolean.getBoolean("strowger.samples");

  private static final String LISTED = "14165550190";

  private final World world;
  private final Subscriber called;
  private SamplePlugs samples;

  Plugs(World world) {
    this.world = world;
    called = world.subscriber();
    world.registered(called).onCall(Behaviour.answer());
  }

  /** Files of {@code etc/}. */
  static Map<String, String> settings() {
    var files = new HashMap<>(SamplePlugs.SETTINGS);
    files.put("org.strowger.sip.admission.cfg", Traffic.PATIENT);
    // a hundred rounds take longer than the hour that a phone is granted otherwise
    files.put("org.strowger.registrar.cfg", "maxExpires = " + World.AS_LONG_AS_IT_LASTS.toSeconds() + "\n");
    files.put("org.strowger.dncl.file-rounds.cfg", "list = rounds\nfile = etc/rounds.txt\n");
    files.put("rounds.txt", LISTED + "\n");
    return files;
  }

  /** At full size all samples are among them; at small size {@link SamplesScenario} has them. */
  List<Plug> all() throws IOException {
    Plug dncl = dncl();
    var found = new ArrayList<>(List.of(dncl, anonymousCalling(), curfew()));
    if (WITH_SAMPLES) {
      samples = new SamplePlugs(world, dncl);
      found.addAll(samples.all());
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    if (samples != null) {
      samples.close();
    }
  }

  private Plug dncl() throws IOException {
    Jar jar = Jar.read(program("dncl"));
    Carrier peer = world.peer().otherwise(Behaviour.answer());
    Subscriber careful = world.account(world.plan(world.tariff("", "1=0.00")), world.group(world.carrier(peer, null, "")), "5", "0");
    Phone phone = phone(world, careful);
    return new Plug(jar, "strowger-dncl", jar.as(Plug.NEWER).saying("CONSENT_NEEDED", "FORBIDDEN"), () -> set(world, careful, "dncl", "lookup"),
        () -> answer(phone, LISTED, CallOptions.standard()), "200 OK", "470 Consent Needed", "403 Forbidden", null);
  }

  private Plug anonymousCalling() throws IOException {
    Jar jar = Jar.read(program("anonymous-calling"));
    Subscriber shy = world.subscriber();
    world.registered(shy).onCall(Behaviour.answer());
    Phone phone = phone(world, world.subscriber());
    return new Plug(jar, "strowger-anonymous-calling", jar.as(Plug.NEWER).saying("ANONYMITY_DISALLOWED", "CONSENT_NEEDED"),
        () -> set(world, shy, "anonymous-calling", "blockIncomingAnonymous"), () -> answer(phone, shy.name(), CallOptions.standard().withHeader("Privacy", "id")),
        "200 OK", "433 Anonymity Disallowed", "470 Consent Needed", null);
  }

  private Plug curfew() throws IOException {
    Jar jar = Jar.read(Path.of(System.getProperty("strowger.sample")));
    Subscriber late = world.subscriber();
    Phone phone = phone(world, late);
    return new Plug(jar, jar.as(Plug.NEWER).answering("org.strowger.sample.internal.CurfewPolicy", 403, 480), () -> set(world, late, "curfew", "refuseCalls"),
        () -> answer(phone, called.name(), CallOptions.standard()), "200 OK", "403 Forbidden", "480 Temporarily Unavailable");
  }

  private static Path program(String artifact) throws IOException {
    try (Stream<Path> files = Files.walk(Switch.program().resolve("system/org/strowger").resolve(artifact))) {
      return files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }
  }

  static Phone phone(World world, Subscriber subscriber) {
    return world.phone(subscriber, builder -> builder.reuseNonce(true).obeyRetryAfter(false).keep(20));
  }

  static void set(World world, Subscriber account, String feature, String setting) {
    world.rest.patch("/accounts/" + account.id(), "{\"features\":{\"" + feature + "\":{\"" + setting + "\":true}}}");
  }

  static String answer(Phone from, String to, CallOptions options) {
    OutgoingCall call = from.call(to, options);
    SipMessage last = call.awaitFinal(SOON);
    call.hangup();
    return last.status() + " " + last.reason();
  }
}
