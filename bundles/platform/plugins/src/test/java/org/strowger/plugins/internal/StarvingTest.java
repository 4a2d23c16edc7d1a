package org.strowger.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.Meter;
import org.strowger.plugins.api.Asker;
import org.strowger.plugins.api.Guarded;
import org.strowger.plugins.api.Plugin;
import org.strowger.plugins.api.Plugin.FailurePolicy;
import org.strowger.testkit.MovedTime;
import org.strowger.testkit.Waiting;

/** What only waits for a socket is runnable to Java and uses no processor, as who gets none; the clock and the machine's load are the test's, the socket is real. */
class StarvingTest {

  private static final Guard.Limits LIMITS = Guard.Limits.of(Duration.ofMillis(50), Duration.ofMillis(500), 4, 3, Duration.ofSeconds(30));

  private final MovedTime clock = new MovedTime();
  private volatile boolean crowded;
  private final Guard guard = new Guard(clock, new Meter("plugins"), LIMITS, () -> { }, () -> crowded);
  private final Running running = new Running(getClass().getClassLoader(), new Ward(new AtomicInteger()));
  private final Plugin<Object> plugin = new Plugin<>("reader", "1.0", 1, FailurePolicy.CLOSED, Map.of(), new Object());
  private final List<Guarded<String>> answers = new CopyOnWriteArrayList<>();
  private ServerSocket silent;
  private Socket socket;
  private Thread asking;

  private final Asker<String> asker = new Asker<>() {
    @Override
    public void answered(Guarded<String> answer) {
      answers.add(answer);
    }

    @Override
    public void later(Runnable then) {
      then.run();
    }

    @Override
    public void lost(Thread stuck, Runnable then) {
      then.run();
    }
  };

  @BeforeEach
  void open() throws Exception {
    silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    socket = new Socket(silent.getInetAddress(), silent.getLocalPort());
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    silent.close();
    if (asking != null) {
      asking.join(10_000);
      assertThat(asking.isAlive()).isFalse();
    }
  }

  private String read() {
    try {
      return String.valueOf(socket.getInputStream().read());
    } catch (IOException e) {
      return "closed";
    }
  }

  private void warm() {
    for (int i = 0; i < Running.WARM; i++) {
      guard.ask(plugin, running, service -> "fine", asker);
    }
    answers.clear();
  }

  /** Asks on a thread of its own; back when that waits for the socket. */
  private void ask() {
    asking = new Thread(() -> guard.ask(plugin, running, service -> read(), asker));
    asking.start();
    Waiting.until("it waits for the socket", this::waitsForTheSocket);
    // What it used of a processor until now is not counted.
    guard.look();
  }

  private boolean waitsForTheSocket() {
    StackTraceElement[] frames = asking.getStackTrace();
    return frames.length > 0 && frames[0].isNativeMethod() && asking.getState() == Thread.State.RUNNABLE;
  }

  private void pass(int millis) {
    for (int i = 0; i < millis; i += 10) {
      clock.move(Duration.ofMillis(10));
      guard.look();
    }
  }

  @Test
  void isHeldToItsLimitInANativeRead() throws Exception {
    warm();
    ask();
    pass(50);
    assertThat(answers).isEmpty();
    pass(10);
    assertThat(answers).containsExactly(new Guarded.Failed<>("did not answer within 50 ms", FailurePolicy.CLOSED, Duration.ofMillis(60)));
  }

  @Test
  void isNotHeldToItWhereNobodyGetsAProcessor() throws Exception {
    crowded = true;
    warm();
    ask();
    pass(200);
    assertThat(answers).isEmpty();
    pass(10);
    assertThat(answers).hasSize(1);
  }

  @Test
  void isGivenUpBeforeACallHasToWaitHalfASecondWhateverTheMachine() throws Exception {
    crowded = true;
    ask();
    pass(350);
    assertThat(answers).as("it has just come, and may be starving").isEmpty();
    pass(10);
    assertThat(answers).hasSize(1);
  }

  @Test
  void readsHowManyWantAProcessor() {
    assertThat(Machine.running("0.20 0.18 0.12 3/517 11206\n")).isEqualTo(3);
  }
}
