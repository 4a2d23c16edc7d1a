package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.strowger.calls.api.Phase.SCREEN;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;
import org.strowger.testkit.plugin.CallPolicyContract;
import org.strowger.testkit.plugin.SampleCall;

/** What the switch expects of every policy, and what this one does beyond that. */
class DisturbPolicyTest extends CallPolicyContract {

  private static final Verdict REFUSED = Verdict.reject(SipStatus.TEMPORARILY_UNAVAILABLE, "callee does not want to be disturbed");

  @Override
  protected CallPolicy policy() {
    return new DisturbPolicy();
  }

  @Override
  protected Set<Phase> phases() {
    return Set.of(SCREEN);
  }

  @Override
  protected List<SampleCall> calls() {
    return Stream.concat(super.calls().stream(), Stream.of(callTo(Map.of("doNotDisturb", true)))).toList();
  }

  private static SampleCall callTo(Map<String, Object> settings) {
    return SampleCall.standard().to("1002").callee("1002", "${name}", settings);
  }

  private Verdict ask(SampleCall call) {
    return policy().decide(SCREEN, call.view(SCREEN));
  }

  @Test
  void whoDoesNotWantToBeDisturbedIsNotCalled() {
    assertThat(ask(callTo(Map.of("doNotDisturb", true)))).isEqualTo(REFUSED);
    assertThat(ask(callTo(Map.of("doNotDisturb", false)))).isEqualTo(Verdict.proceed());
    assertThat(ask(SampleCall.standard().to("1002").callee("1002"))).isEqualTo(Verdict.proceed());
  }

  @Test
  void oneNumberMayGetThrough() {
    SampleCall call = callTo(Map.of("doNotDisturb", true, "exceptFrom", "1001"));
    assertThat(ask(call)).isEqualTo(Verdict.proceed());
    assertThat(ask(call.from("1003"))).isEqualTo(REFUSED);
  }
}
