package org.strowger.dncl.internal;

import static org.strowger.dncl.internal.DnclSettings.SETTINGS;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.SipStatus;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.dncl.internal.DncLists.Answer;
import org.strowger.dncl.internal.DncLists.Side;
import org.strowger.dncl.internal.DnclConfig.Stage;

/**
 * Refuses a call to a listed number with 470 Consent Needed; spec A.51, E.4. It is asked first of all
 * in TRANSLATE, where the number is still as it came in, and in SCREEN, after all translations; the
 * setting says which counts. Lists in memory answer at once, others later.
 */
@Component(service = AsyncCallPolicy.class, configurationPid = "org.strowger.dncl",
    property = {"plugin.id=dncl", "call.phase=TRANSLATE,SCREEN", "call.setting=dncl.lookup", "on.failure=closed", "service.ranking:Integer=10000"})
@Designate(ocd = DnclConfig.class)
public final class DnclPolicy implements AsyncCallPolicy {

  private final DncLists lists;
  private final DnclMeter meter;
  private volatile Stage stage;

  @Activate
  public DnclPolicy(@Reference DncLists lists, @Reference DnclMeter meter, DnclConfig config) {
    this.lists = lists;
    this.meter = meter;
    modified(config);
  }

  @Modified
  void modified(DnclConfig config) {
    stage = config.stage();
  }

  @Override
  public CompletionStage<Verdict> decide(Phase phase, CallView call) {
    boolean now = phase == (stage == Stage.DIALLED ? Phase.TRANSLATE : Phase.SCREEN);
    if (!now || !SETTINGS.of(call.caller()).lookup()) {
      return CompletableFuture.completedStage(Verdict.proceed());
    }
    // Both at once: a call waits for the slowest list, not for one after the other.
    return lists.find(Side.CLD, call.cld()).thenCombine(lists.find(Side.CLI, call.cli()),
        (dialled, calling) -> DncLists.worse(dialled, calling) == dialled ? judge(call, dialled, "dialled") : judge(call, calling, "calling"));
  }

  private Verdict judge(CallView call, Answer answer, String which) {
    meter.count(call, answer);
    if (answer instanceof Answer.Listed listed) {
      return Verdict.reject(SipStatus.CONSENT_NEEDED, which + " number is on list " + listed.list());
    } else if (answer instanceof Answer.Unknown unknown) {
      // The tag is for the trace of a call that passes all the same.
      return unknown.open() ? Verdict.proceed(new Change.Tag("dncl: list " + unknown.list() + " has no answer: " + unknown.why()))
          : Verdict.reject(SipStatus.SERVICE_UNAVAILABLE, "list " + unknown.list() + " has no answer: " + unknown.why());
    }
    return Verdict.proceed();
  }
}
