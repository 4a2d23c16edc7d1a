package ${package};

import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.CallPolicy;

/** Refuses calls to numbers with certain prefixes. Asked once a call, when the number is the one that will be routed. */
@Component(configurationPid = "${package}.prefixes", property = {"plugin.id=${artifactId}", "call.phase=SCREEN", "on.failure=open"})
@Designate(ocd = PrefixConfig.class)
public final class PrefixPolicy implements CallPolicy {

  /** What the configuration says, whole: a call sees the old one or the new one. */
  private record Rules(List<String> prefixes, SipStatus status) {}

  private volatile Rules rules;

  @Activate
  public PrefixPolicy(PrefixConfig config) {
    configure(config);
  }

  /** With calls up: the policy stays, only its rules are others. */
  @Modified
  void configure(PrefixConfig config) {
    List<String> prefixes = Arrays.stream(config.prefixes().split(",")).map(String::strip).filter(prefix -> !prefix.isEmpty()).toList();
    rules = new Rules(prefixes, new SipStatus(config.status(), config.phrase()));
  }

  @Override
  public Verdict decide(Phase phase, CallView call) {
    Rules now = rules;
    for (String prefix : now.prefixes) {
      if (call.cld().startsWith(prefix)) {
        return Verdict.reject(now.status, "numbers that begin with " + prefix + " are not called");
      }
    }
    return Verdict.proceed();
  }
}
