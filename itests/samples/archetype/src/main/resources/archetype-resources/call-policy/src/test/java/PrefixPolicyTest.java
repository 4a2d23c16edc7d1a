package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.calls.api.Phase.SCREEN;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.testkit.plugin.CallPolicyContract;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.SampleCall;

/** What the switch expects of every policy, and what this one does beyond that. */
class PrefixPolicyTest extends CallPolicyContract {

  @Override
  protected CallPolicy policy() {
    return policy("1900, 1416");
  }

  @Override
  protected Set<Phase> phases() {
    return Set.of(SCREEN);
  }

  private static PrefixPolicy policy(String prefixes) {
    return new PrefixPolicy(config(prefixes));
  }

  private static PrefixConfig config(String prefixes) {
    return Config.of(PrefixConfig.class, Map.of("prefixes", prefixes));
  }

  private static Verdict ask(CallPolicy policy, String number) {
    return policy.decide(SCREEN, SampleCall.standard().to(number).view(SCREEN));
  }

  @Test
  void refusesNumbersWithOneOfThePrefixes() {
    assertThat(ask(policy(), "19005550100")).isEqualTo(Verdict.reject(SipStatus.FORBIDDEN, "numbers that begin with 1900 are not called"));
    assertThat(ask(policy(), "14165550100")).isInstanceOf(Verdict.Reject.class);
    assertThat(ask(policy(), "442071838750")).isEqualTo(Verdict.proceed());
  }

  @Test
  void refusesNothingUntilItIsConfigured() {
    PrefixPolicy policy = policy("");
    assertThat(ask(policy, "19005550100")).isEqualTo(Verdict.proceed());
    policy.configure(config("1900"));
    assertThat(ask(policy, "19005550100")).isInstanceOf(Verdict.Reject.class);
  }
}
