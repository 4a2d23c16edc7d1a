package com.example.dnc;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.kernel.Time;

/** Asks a web service whether a number is listed: 200 yes, 404 no, anything else is no answer. */
@Component(service = {}, immediate = true, configurationPid = "com.example.dnc.http", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HttpConfig.class, factory = true)
public final class HttpSource implements DncSource {

  private static final int THREADS = 2;

  private final String url;
  /** What is wrong with its configuration; null if nothing is. */
  private final String broken;
  private final Duration limit;
  private final AnswerCache cache;
  private final Semaphore free;
  private final ExecutorService threads;
  private final HttpClient client;
  private final Set<CompletableFuture<Boolean>> underWay = ConcurrentHashMap.newKeySet();
  private final ServiceRegistration<DncSource> registration;
  private volatile boolean closed;
  private volatile String fault = "";

  @Activate
  public HttpSource(BundleContext context, @Reference Time time, HttpConfig config) {
    url = config.url();
    // Whoever throws here is no list, and lets every number pass: a list that cannot be asked is one without an answer.
    broken = url != null && url.contains("{number}") ? null : "url in its configuration is '" + url + "' and must hold {number} where the digits go";
    String list = config.list() == null ? "" : config.list();
    limit = Duration.ofMillis(Math.max(1, Math.min(400, config.limit_millis())));
    cache = new AnswerCache(time, config.cache_numbers(), config.cache_seconds());
    free = new Semaphore(config.most_underway());
    threads = Executors.newFixedThreadPool(THREADS, work -> {
      var thread = new Thread(work, "dnc-http-" + list);
      thread.setDaemon(true);
      return thread;
    });
    client = HttpClient.newBuilder().executor(threads).connectTimeout(limit).followRedirects(HttpClient.Redirect.NEVER).build();
    registration = context == null ? null : context.registerService(DncSource.class, this,
        FrameworkUtil.asDictionary(Map.of("plugin.id", "dnc-http-" + list, LIST, list, LIMIT_MILLIS, limit.toMillis(), "on.failure", config.on_failure())));
  }

  @Override
  public CompletionStage<Boolean> lists(String number) {
    Optional<Boolean> known = cache.find(number);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known.get());
    }
    if (broken != null) {
      return CompletableFuture.failedFuture(new IllegalStateException(broken));
    }
    if (closed || !free.tryAcquire()) {
      return CompletableFuture.failedFuture(new IllegalStateException(closed ? "the list is gone" : "too many questions wait for the web service"));
    }
    var answer = new CompletableFuture<Boolean>();
    underWay.add(answer);
    answer.whenComplete((listed, failure) -> {
      underWay.remove(answer);
      free.release();
      fault = failure == null ? "" : failure instanceof TimeoutException ? "no answer within " + limit.toMillis() + " ms" : String.valueOf(failure.getMessage());
    });
    try {
      var request = HttpRequest.newBuilder(URI.create(url.replace("{number}", number))).timeout(limit).GET().build();
      client.sendAsync(request, BodyHandlers.discarding()).whenComplete((response, failure) -> {
        if (failure != null) {
          Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
          answer.completeExceptionally(new IllegalStateException("the web service does not answer: " + cause.getClass().getSimpleName()));
        } else if (response.statusCode() == 200 || response.statusCode() == 404) {
          cache.keep(number, response.statusCode() == 200);
          answer.complete(response.statusCode() == 200);
        } else {
          answer.completeExceptionally(new IllegalStateException("the web service answers " + response.statusCode()));
        }
      });
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
    // The client's own limit ends with the headers; this one is the whole question's.
    return answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public DncStatus status() {
    String now = broken == null ? fault : broken;
    return new DncStatus(now.isEmpty() ? DncStatus.State.READY : DncStatus.State.FAILED, -1, null, now.isEmpty() ? cache.size() + " answers kept" : now);
  }

  /** What was answered is asked again. */
  @Override
  public void reload() {
    cache.clear();
  }

  /** Nobody new is told anything; who has asked gets the answer if it comes within the limit, as it would have. */
  @Deactivate
  void close() {
    closed = true;
    if (registration != null) {
      registration.unregister();
    }
    try {
      CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Each of them says itself what became of it.
    }
    underWay.forEach(answer -> answer.completeExceptionally(new CancellationException("the list is gone")));
    threads.shutdownNow();
  }
}
