package ${package};

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.calls.api.CallView;
import org.strowger.calls.api.Change;
import org.strowger.calls.api.Phase;
import org.strowger.calls.api.Verdict;
import org.strowger.calls.spi.AsyncCallPolicy;

/** Gives callers the name that stands beside their number in a file. Reads it anew for each call, on a thread of its own: the call holds none meanwhile. */
@Component(configurationPid = "${package}.names", configurationPolicy = ConfigurationPolicy.REQUIRE,
    property = {"plugin.id=${artifactId}", "call.phase=SCREEN", "on.failure=open"})
@Designate(ocd = NameConfig.class)
public final class NamePolicy implements AsyncCallPolicy {

  private static final int MOST_WAITING = 100;
  /** Below the 500 ms that the switch waits. */
  private static final long LIMIT_MILLIS = 400;

  private final Path file;
  private final ThreadPoolExecutor reader;
  private final Set<CompletableFuture<Verdict>> open = ConcurrentHashMap.newKeySet();

  @Activate
  public NamePolicy(NameConfig config) {
    if (config.file() == null || config.file().isBlank()) {
      throw new IllegalArgumentException("file is required: lines of number,name");
    }
    file = Path.of(System.getProperty("strowger.home", ".")).resolve(config.file());
    reader = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
      var thread = new Thread(work, "${artifactId}");
      thread.setDaemon(true);
      return thread;
    });
  }

  @Override
  public CompletionStage<Verdict> decide(Phase phase, CallView call) {
    String number = call.cli();
    var answer = new CompletableFuture<Verdict>();
    open.add(answer);
    answer.whenComplete((verdict, failure) -> open.remove(answer));
    try {
      reader.execute(() -> {
        try {
          answer.complete(verdict(number));
        } catch (IOException | RuntimeException e) {
          answer.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException full) {
      answer.completeExceptionally(new IllegalStateException(reader.isShutdown() ? "the policy is gone" : MOST_WAITING + " questions wait already"));
    }
    return answer.orTimeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Verdict verdict(String number) throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      return lines.map(line -> line.split(",", 2)).filter(line -> line.length == 2 && line[0].strip().equals(number)).findFirst()
          .map(line -> Verdict.proceed(new Change.DisplayName(line[1].strip()))).orElse(Verdict.proceed());
    }
  }

  @Deactivate
  void close() {
    reader.shutdownNow();
    open.forEach(answer -> answer.completeExceptionally(new CancellationException("the policy is gone")));
  }
}
