package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.strowger.calls.api.Phase.SCREEN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;
import org.strowger.testkit.plugin.AsyncCallPolicyContract;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.SampleCall;

/** What the switch expects of every asynchronous policy, and what this one does beyond that. */
class NamePolicyTest extends AsyncCallPolicyContract {

  @TempDir Path folder;

  @Override
  protected AsyncCallPolicy policy() throws IOException {
    Path file = Files.writeString(folder.resolve("names.csv"), "1001, Reception\n1002,Zoë\nno line of ours\n");
    return policy(file);
  }

  @Override
  protected AsyncCallPolicy policyThatCannotKnow() {
    return policy(folder.resolve("missing.csv"));
  }

  private static AsyncCallPolicy policy(Path file) {
    return new NamePolicy(Config.of(NameConfig.class, Map.of("file", file.toString())));
  }

  @Override
  protected void close(AsyncCallPolicy policy) {
    ((NamePolicy) policy).close();
  }

  @Override
  protected Set<Phase> phases() {
    return Set.of(SCREEN);
  }

  private static Verdict ask(AsyncCallPolicy policy, String caller) throws Exception {
    return policy.decide(SCREEN, SampleCall.standard().from(caller).view(SCREEN)).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void namesWhoStandsInTheFile() throws Exception {
    AsyncCallPolicy policy = policy();
    assertThat(ask(policy, "1001")).isEqualTo(Verdict.proceed(new Change.DisplayName("Reception")));
    assertThat(ask(policy, "1002")).isEqualTo(Verdict.proceed(new Change.DisplayName("Zoë")));
    assertThat(ask(policy, "1003")).isEqualTo(Verdict.proceed());
    close(policy);
  }

  @Test
  void noticesAnotherFile() throws Exception {
    AsyncCallPolicy policy = policy();
    Files.writeString(folder.resolve("names.csv"), "1001,Sales\n");
    assertThat(ask(policy, "1001")).isEqualTo(Verdict.proceed(new Change.DisplayName("Sales")));
    close(policy);
  }

  @Test
  void needsAFile() {
    assertThatThrownBy(() -> new NamePolicy(Config.of(NameConfig.class, Map.of()))).hasMessageContaining("file is required");
  }
}
