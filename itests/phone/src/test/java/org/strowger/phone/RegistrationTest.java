package org.strowger.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegistrationTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static MiniRegistrar registrar(TransportKind transport, int status, Digest.Algorithm... algorithms) {
    return new MiniRegistrar(transport, "127.0.0.1:0", status, List.of(algorithms));
  }

  private static Phone.Builder alice(MiniRegistrar registrar) {
    return Phone.builder().user("alice").password("secret").server(registrar.address());
  }

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void registersAndUnregistersOverBothTransports(TransportKind transport) {
    try (var registrar = registrar(transport, 401, Digest.Algorithm.MD5); var alice = alice(registrar).transport(transport).build()) {
      assertThat(alice.register(MINUTE).status()).isEqualTo(200);
      assertThat(registrar.bindings).containsEntry("alice", alice.uri());
      assertThat(alice.unregister().status()).isEqualTo(200);
      assertThat(registrar.bindings).isEmpty();
      assertThat(alice.options().status()).isEqualTo(200);
      alice.assertClean();
      registrar.phone.assertClean();
    }
  }

  @Test
  void answersTheFirstChallengeItKnowsOrTheOneItWasTold() {
    try (var registrar = registrar(TransportKind.UDP, 407, Digest.Algorithm.SHA_256, Digest.Algorithm.MD5);
        var first = alice(registrar).build();
        var told = alice(registrar).algorithm(Digest.Algorithm.MD5).build()) {
      assertThat(first.register(MINUTE).status()).isEqualTo(200);
      assertThat(told.register(MINUTE).status()).isEqualTo(200);
      assertThat(credentials(first)).contains("algorithm=SHA-256");
      assertThat(credentials(told)).contains("algorithm=MD5");
    }
  }

  private static String credentials(Phone phone) {
    return phone.trace().stream().filter(TraceEntry::sent).flatMap(e -> e.message().header("Proxy-Authorization").stream()).findFirst()
        .orElseThrow();
  }

  @Test
  void givesUpAfterOneRefusalOfAWrongPassword() {
    try (var registrar = registrar(TransportKind.UDP, 401, Digest.Algorithm.MD5); var alice = alice(registrar).password("wrong").build()) {
      assertThat(alice.register(MINUTE).status()).isEqualTo(401);
      assertThat(registrar.challenger.refused()).isEqualTo(1);
      assertThat(alice.trace().stream().filter(e -> e.is("REGISTER"))).hasSize(2);
    }
  }

  @Test
  void repeatsWithAFreshNonceWhenTheOldOneIsStale() {
    try (var registrar = registrar(TransportKind.UDP, 401, Digest.Algorithm.MD5); var alice = alice(registrar).reuseNonce(true).build()) {
      assertThat(alice.register(MINUTE).status()).isEqualTo(200);
      Exchange second = alice.registration(MINUTE, m -> m);
      assertThat(second.await(MINUTE).status()).isEqualTo(200);
      assertThat(second.responses()).hasSize(1);
      assertThat(second.request().header("Authorization").orElseThrow()).contains("nc=00000002");
      registrar.challenger.expireNonces();
      Exchange third = alice.registration(MINUTE, m -> m);
      assertThat(third.await(MINUTE).status()).isEqualTo(200);
      assertThat(third.responses().get(0).header("WWW-Authenticate").orElseThrow()).contains("stale=true");
    }
  }

  @Test
  void aReplayIsRefusedAndNotAnsweredAgain() {
    try (var registrar = registrar(TransportKind.UDP, 401, Digest.Algorithm.MD5); var alice = alice(registrar).build()) {
      Exchange good = alice.registration(MINUTE, m -> m);
      assertThat(good.await(MINUTE).status()).isEqualTo(200);
      Exchange replay = alice.replay(good.request());
      assertThat(replay.await(MINUTE).status()).isEqualTo(401);
      assertThat(replay.request().header("Authorization")).isEqualTo(good.request().header("Authorization"));
    }
  }

  @Test
  void aRegistrarThatListsNothingIsCaught() {
    try (var registrar = Phone.builder().build();
        var alice = Phone.builder().user("alice").server("127.0.0.1:" + registrar.local().getPort()).build()) {
      registrar.onRequest(request -> SipMessage.response(200, "OK"));
      alice.register(MINUTE);
      assertThat(alice.violations()).singleElement().satisfies(v -> assertThat(v.rule()).contains("lists the bindings"));
    }
  }
}
