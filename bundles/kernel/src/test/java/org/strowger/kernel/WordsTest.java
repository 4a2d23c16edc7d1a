package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  @Test
  void equalAmountsAreEqualMoney() {
    assertThat(Money.of("1.50", "USD")).isEqualTo(Money.of("1.5", "USD")).hasToString("1.5 USD");
    assertThat(Money.of("100", "USD")).hasToString("100 USD");
    assertThatThrownBy(() -> Money.of("1", "USD").plus(Money.of("1", "EUR"))).hasMessageContaining("currencies differ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.", ".5", "1e5", "1,5", "--1", "+1", " 1", "0x1", "NaN", "1.2.3", "٣"})
  void refusesTextThatIsNoPlainDecimal(String text) {
    assertThatThrownBy(() -> Money.of(text, "USD")).isInstanceOf(InvalidInput.class);
  }

  @Test
  void idsGrowAndAreNeverRepeatedThoughTheClockStepsBack() {
    var now = new Instant[] {Instant.parse("2026-11-21T12:00:00Z")};
    Time time = new Time() {
      @Override
      public Instant now() {
        return now[0];
      }

      @Override
      public long ticks() {
        return 0;
      }
    };
    var ids = new TimeOrderedIds(time, new NodeId(3));
    var seen = new HashSet<Long>();
    long last = 0;
    for (int i = 0; i < 50_000; i++) {
      if (i == 20_000) {
        now[0] = now[0].minusSeconds(60);
      }
      long id = ids.next();
      assertThat(id).isGreaterThan(last);
      assertThat(seen.add(id)).isTrue();
      last = id;
    }
  }

  @Test
  void idsPrintAsOneWordAndBack() {
    for (long value : new long[] {0, 1, 31, 32, Long.MAX_VALUE, -1, 1234567890123456789L}) {
      assertThat(CallId.parse(new CallId(value).toString())).isEqualTo(new CallId(value));
    }
    assertThat(CallId.parse("O1L")).isEqualTo(CallId.parse("011"));
    assertThatThrownBy(() -> CallId.parse("u")).isInstanceOf(InvalidInput.class);
    assertThatThrownBy(() -> CallId.parse("zzzzzzzzzzzzz")).isInstanceOf(InvalidInput.class);
  }

  @Test
  void liveForgetsOnlyTheServiceItIsTold() throws Exception {
    var live = new Live<String>("rating");
    assertThatThrownBy(live::orThrow).isInstanceOf(Unavailable.class).hasMessageContaining("rating");
    live.bind("old");
    live.bind("new");
    live.unbind("old");
    assertThat(live.orThrow()).isEqualTo("new");
    live.unbind("new");
    assertThat(live.now()).isEmpty();
    var waiting = CompletableFuture.supplyAsync(() -> live.await(Duration.ofSeconds(10)));
    live.bind("back");
    assertThat(waiting.get()).isEqualTo("back");
  }

  @Test
  void readsAddresses() {
    assertThat(HostPort.parse("[::1]:5060", 0)).isEqualTo(new HostPort("::1", 5060)).hasToString("[::1]:5060");
    assertThat(HostPort.parse("::1", 5060)).isEqualTo(new HostPort("::1", 5060));
    assertThat(HostPort.parse("a.example:1", 5060)).isEqualTo(new HostPort("a.example", 1));
    assertThatThrownBy(() -> HostPort.parse("a:99999", 0)).isInstanceOf(InvalidInput.class);
    assertThatThrownBy(() -> HostPort.parse("a:x", 0)).isInstanceOf(InvalidInput.class);
    assertThatThrownBy(() -> HostPort.parse("sip:127.0.0.1:27099", 0)).hasMessageContaining("address 'sip:127.0.0.1:27099': is host:port");
    assertThat(HostPort.parse("fe80::1%eth0", 5060)).isEqualTo(new HostPort("fe80::1%eth0", 5060));
  }

  @Test
  void anAmountHasAtMostEighteenDigitsBeforeThePoint() {
    assertThat(Money.parseAmount("price", "999999999999999999.5")).isEqualByComparingTo("999999999999999999.5");
    assertThatThrownBy(() -> Money.parseAmount("price", "1000000000000000000")).hasMessageContaining("price '1000000000000000000': has at most 18 digits");
  }
}
