package ${package};

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dnc.spi.DncStatus.State;
import org.strowger.kernel.Time;

/** A do-not-call list in a configuration: one service per file etc/${package}.list-NAME.cfg, with its keys as service properties. */
@Component(configurationPid = "${package}.list", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ListConfig.class, factory = true)
public final class ListSource implements DncSource {

  private final Set<String> numbers = new HashSet<>();
  private final DncStatus status;

  @Activate
  public ListSource(@Reference Time time, ListConfig config) {
    String broken = null;
    for (String entry : (config.numbers() == null ? "" : config.numbers()).split(",")) {
      String number = entry.strip();
      if (number.matches("[0-9]{1,18}")) {
        numbers.add(number);
      } else if (broken == null) {
        broken = number;
      }
    }
    // Half a list would let calls pass that must not: it answers wholly or not at all.
    status = broken == null
        ? new DncStatus(State.READY, numbers.size(), time.now(), "from its configuration")
        : new DncStatus(State.FAILED, -1, null, "'" + broken + "' in numbers is no number: 1 to 18 digits");
  }

  @Override
  public CompletionStage<Boolean> lists(String number) {
    return status.answers() ? CompletableFuture.completedFuture(numbers.contains(number)) : CompletableFuture.failedFuture(new IllegalStateException(status.detail()));
  }

  @Override
  public DncStatus status() {
    return status;
  }
}
