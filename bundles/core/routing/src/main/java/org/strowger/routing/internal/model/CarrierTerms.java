package org.strowger.routing.internal.model;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.strowger.billing.api.DurationRounding;
import org.strowger.calls.api.Leg;
import org.strowger.calls.api.TranslationRule;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.TariffId;
import org.strowger.kernel.data.Checked;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.sip.api.Transport;

/** What an administrator sets on a carrier, a connection of ours to somebody who takes calls; spec C.4. The password is kept apart. */
public record CarrierTerms(
    @Setting(help = "Unique among the customer's carriers.", min = 1, max = 64, pattern = "[A-Za-z0-9][A-Za-z0-9._ -]*", searchable = true) String name,
    @Setting(help = "Where calls are sent: host:port or [IPv6]:port; without a port 5060.") HostPort address,
    @Setting(help = "UDP or TCP.", initial = "UDP") Transport transport,
    @Setting(help = "Of the login the carrier gave us; absent: it knows us by our address.", optional = true, min = 1, max = 128, pattern = "[!#-\\[\\]-~]+") String username,
    @Setting(label = "CLD translation", help = "Of the dialled number, s/match/replace/;…", optional = true, max = TranslationRule.MAX_RULE) String cldTranslation,
    @Setting(label = "CLI translation", help = "Of the caller's number, s/match/replace/;…", optional = true, max = TranslationRule.MAX_RULE) String cliTranslation,
    @Setting(help = "Calls at once; 0 or -1: no limit.", initial = "0", min = -1, max = 100_000) int capacity,
    @Setting(help = "Id of the tariff by which it sells to us; absent: its cost is not rated.", optional = true) TariffId tariff,
    @Setting(help = "Of call durations, before its tariff's intervals.", initial = "ROUND") DurationRounding rounding,
    @Setting(help = "Seconds until anything at all comes back; then the next carrier is tried.", initial = "5", min = 1, max = 64) Duration replyTimeout,
    @Setting(help = "Seconds until something better than 100 Trying comes back.", initial = "20", min = 1, max = 300) Duration provisionalTimeout,
    @Setting(help = "Seconds until the call is answered.", initial = "120", min = 5, max = 600) Duration answerTimeout,
    @Setting(help = "SIP statuses after which no further carrier is tried.", optional = true, max = 100) List<Integer> stopCodes,
    @Setting(help = "Gets no calls.", initial = "false") boolean blocked) implements Checked {

  public static final Shape<CarrierTerms> SHAPE = Shape.of(CarrierTerms.class, "Carrier");

  private static final int SIP_PORT = 5060;
  /** A name of RFC 1123 or IPv4 address. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\\.?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
  private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  /** 0.0.0.0, ::, 0:0::0, ::0.0.0.0. */
  private static final Pattern WILDCARD = Pattern.compile("[0:.]+");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  public CarrierTerms {
    address = address == null || address.port() != 0 ? address : new HostPort(address.host(), SIP_PORT);
    // In the order given while a rule is broken: it is named by its place.
    stopCodes = stopCodes.stream().allMatch(CarrierTerms::isFinal) ? List.copyOf(new TreeSet<>(stopCodes)) : List.copyOf(stopCodes);
  }

  @Override
  public void check() {
    requireReachable(address);
    if (transport == Transport.TLS) {
      throw new InvalidInput("transport", transport, "is UDP or TCP");
    }
    TranslationRule.parse("cldTranslation", cldTranslation);
    TranslationRule.parse("cliTranslation", cliTranslation);
    for (int i = 0; i < stopCodes.size(); i++) {
      if (!isFinal(stopCodes.get(i))) {
        throw new InvalidInput("stopCodes[" + i + "]", stopCodes.get(i), "is a final SIP status, 300 to 699");
      }
    }
  }

  private static boolean isFinal(int status) {
    return status >= 300 && status <= 699;
  }

  private static void requireReachable(HostPort address) {
    String host = address.host();
    boolean right = address.isV6() ? IPV6.matcher(host).matches()
        : host.length() <= 253 && (NUMBERS.matcher(host).matches() ? IPV4 : HOST).matcher(host).matches();
    if (!right) {
      throw new InvalidInput("address", address, "is host:port or [IPv6]:port with an address or a host name");
    }
    if (WILDCARD.matcher(host).matches()) {
      throw new InvalidInput("address", host, "is where the carrier is reached, not every address of this machine");
    }
  }

  public Leg.Timers timers() {
    return new Leg.Timers(replyTimeout, provisionalTimeout, answerTimeout);
  }
}
