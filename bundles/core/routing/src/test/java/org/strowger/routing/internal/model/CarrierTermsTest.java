package org.strowger.routing.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.routing.internal.Sample;

class CarrierTermsTest {

  private static void assertRefused(Map<String, ?> data, String... words) {
    assertThatThrownBy(() -> Sample.carrier("acme", data)).isInstanceOf(InvalidInput.class).hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "host:port", "1.2.3", "1.2.3.256:5060", "300.1.1.1", "-host", "host-", "a..b", "[::1", "[zz::1]:5060", "sip:host", "host:70000", "a@b", "1.2.3.4.", "0.0.0.0", "0.0.0.0:0", "[::]:5060", "::", "0:0::0", "host:0", "[::1]:0",
      "sip:127.0.0.1:27099"})
  void badAddressIsNamed(String address) {
    assertRefused(Map.of("address", address), "address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "192.0.2.1:5061", "[2001:db8::1]:5070", "2001:db8::1", "sip.carrier.example", "carrier-1.example.:5080", "localhost"})
  void addressWithoutAPortMeans5060(String address) {
    HostPort read = Sample.carrier("acme", Map.of("address", address)).address();
    assertThat(read.port()).isIn(5060, 5061, 5070, 5080);
    assertThat(HostPort.parse(read.toString(), 0)).isEqualTo(read);
  }

  @Test
  void brokenRulesAreNamedWithTheirField() {
    assertRefused(Map.of("cldTranslation", "s/(/x/"), "cldTranslation 's/(/x/'");
    assertRefused(Map.of("cliTranslation", "s/a"), "cliTranslation 's/a'");
    assertRefused(Map.of("cldTranslation", "x".repeat(1025)), "cldTranslation", "1024");
  }

  @Test
  void everyOtherFieldHasItsRule() {
    assertRefused(Map.of("transport", "TLS"), "transport 'TLS'", "UDP or TCP");
    assertRefused(Map.of("transport", "SCTP"), "transport 'SCTP'");
    assertRefused(Map.of("stopCodes", List.of(404, 200)), "stopCodes[1] '200'", "300 to 699");
    assertRefused(Map.of("capacity", -2), "capacity '-2'");
    assertRefused(Map.of("replyTimeout", 0), "replyTimeout '0'");
    assertRefused(Map.of("username", "a\"b"), "username");
    assertRefused(Map.of("tariff", 0), "tariff '0'");
    assertRefused(Map.of("colour", "red"), "colour", "is no field here");
    assertThatThrownBy(() -> Sample.carrier(" acme", Map.of())).hasMessageContaining("name ' acme'");
  }

  @Test
  void prefixesHaveTheirRule() {
    assertThatThrownBy(() -> EntryTerms.SHAPE.decode(Map.of("carrier", 1, "prefixes", List.of("44", "4 4")))).hasMessageContaining("prefixes[1] '4 4'");
    assertThat(EntryTerms.SHAPE.decode(Map.of("carrier", 1)).prefixes()).isEmpty();
  }

  @Test
  void newPasswordIsNeverPrinted() {
    assertThat(new PasswordChange.Become("s3cret").toString()).doesNotContain("s3cret");
    assertThatThrownBy(() -> PasswordChange.Become.SHAPE.decode(Map.of("password", "s3cret".repeat(100)))).hasMessageContaining("password").hasMessageNotContaining("s3cret");
  }
}
