package com.example.dnc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.strowger.dnc.spi.DncSource;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.kernel.Time;
import org.strowger.testkit.plugin.Config;
import org.strowger.testkit.plugin.DncSourceContract;

class HttpSourceTest extends DncSourceContract {

  /** Stands still until it is moved. */
  private static final class Clock implements Time {
    private volatile long ticks;

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long ticks() {
      return ticks;
    }
  }

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Clock clock = new Clock();

  @AfterEach
  void close() throws Exception {
    release.countDown();
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Override
  protected Duration limit() {
    return Duration.ofMillis(400);
  }

  @Override
  protected DncSource sourceWith(List<String> numbers) throws Exception {
    HttpSource source = source(server(number -> numbers.contains(number) ? 200 : 404), 1000, 100);
    // The first questions load the client's classes, which may take longer than an answer is waited for.
    for (int i = 0; i < 20 && source.lists("000").handle((listed, failure) -> failure != null).toCompletableFuture().get(10, TimeUnit.SECONDS); i++) {
      source.reload();
    }
    questions.set(0);
    return source;
  }

  @Override
  protected DncSource sourceThatCannotKnow() throws IOException {
    return source(silent(), 1000, 100);
  }

  private String silent() throws IOException {
    return server(number -> {
      try {
        release.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 503;
    });
  }

  private interface Service {
    int status(String number);
  }

  private String server(Service service) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    var threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", exchange -> {
      questions.incrementAndGet();
      exchange.sendResponseHeaders(service.status(exchange.getRequestURI().getPath().substring(1)), -1);
      exchange.close();
    });
    server.start();
    opened.add(() -> {
      server.stop(0);
      threads.shutdownNow();
    });
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/{number}";
  }

  private HttpSource source(String url, int cached, int underWay) {
    var source = new HttpSource(null, clock, config(url, cached, underWay));
    opened.add(source::close);
    return source;
  }

  private static boolean ask(DncSource source, String number) throws Exception {
    return source.lists(number).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void anAnswerIsKeptForAWhile() throws Exception {
    DncSource source = sourceWith(List.of("1"));
    assertThat(ask(source, "1")).isTrue();
    assertThat(ask(source, "1")).isTrue();
    assertThat(questions).hasValue(1);
    clock.ticks += Duration.ofSeconds(301).toNanos();
    assertThat(ask(source, "1")).isTrue();
    assertThat(questions).hasValue(2);
    source.reload();
    assertThat(ask(source, "1")).isTrue();
    assertThat(questions).hasValue(3);
  }

  @Test
  void theCacheIsBounded() throws Exception {
    HttpSource source = source(server(number -> 404), 10, 100);
    for (int i = 0; i < 50; i++) {
      ask(source, Integer.toString(i));
    }
    assertThat(source.status().detail()).isEqualTo("10 answers kept");
    ask(source, "49");
    assertThat(questions).hasValue(50);
    ask(source, "0");
    assertThat(questions).hasValue(51);
  }

  @Test
  void oneQuestionTooManyGetsNoAnswer() throws Exception {
    HttpSource source = source(silent(), 10, 2);
    source.lists("1");
    source.lists("2");
    assertThatThrownBy(() -> ask(source, "3")).isInstanceOf(ExecutionException.class).hasMessageContaining("too many questions");
  }

  @Test
  void whatIsNeitherYesNorNoIsNoAnswerAndNotKept() throws Exception {
    HttpSource source = source(server(number -> questions.get() == 1 ? 500 : 200), 10, 10);
    assertThatThrownBy(() -> ask(source, "1")).hasMessageContaining("answers 500");
    assertThat(source.status().state()).isEqualTo(DncStatus.State.FAILED);
    assertThat(ask(source, "1")).isTrue();
    assertThat(source.status().state()).isEqualTo(DncStatus.State.READY);
  }

  @Test
  void nobodyIsLeftWaitingWhenItGoes() throws Exception {
    HttpSource source = source(silent(), 10, 10);
    var open = source.lists("1").toCompletableFuture();
    source.close();
    assertThat(open).isCompletedExceptionally();
    assertThatThrownBy(() -> ask(source, "2")).hasMessageContaining("gone");
  }

  /** Its bundle is updated while calls are up: theirs are not refused for that. */
  @Test
  void whoHasAskedIsAnsweredWhileItGoes() throws Exception {
    HttpSource source = source(server(number -> {
      try {
        return number.equals("1") && release.await(20, TimeUnit.SECONDS) ? 200 : 404;
      } catch (InterruptedException e) {
        return 503;
      }
    }), 10, 10);
    for (int i = 0; i < 20 && source.lists("000").handle((listed, failure) -> failure != null).toCompletableFuture().get(10, TimeUnit.SECONDS); i++) {
      source.reload();
    }
    int before = questions.get();
    var open = source.lists("1").toCompletableFuture();
    var closer = new Thread(source::close);
    while (questions.get() == before && !open.isDone()) {
      Thread.onSpinWait();
    }
    closer.start();
    String refusal = "";
    for (int i = 20; !refusal.contains("gone"); i++) {
      refusal = source.lists(Integer.toString(i)).handle((listed, failure) -> String.valueOf(failure)).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    release.countDown();
    assertThat(open.get(10, TimeUnit.SECONDS)).isTrue();
    closer.join(10_000);
    assertThat(closer.isAlive()).isFalse();
  }

  @Test
  void aBrokenConfigurationIsAListWithoutAnAnswer() throws Exception {
    HttpSource source = source("http://127.0.0.1:9/number", 10, 10);
    assertThat(source.status().state()).isEqualTo(DncStatus.State.FAILED);
    assertThatThrownBy(() -> ask(source, "1")).hasMessageContaining("must hold {number}");
  }

  private static HttpConfig config(String url, int cached, int underWay) {
    return Config.of(HttpConfig.class, Map.of("list", "web", "url", url, "limit_millis", 400, "cache_numbers", cached, "most_underway", underWay));
  }
}
