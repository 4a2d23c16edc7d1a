package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.strowger.scenarios.World.Subscriber;

/** The calls of {@code strowger bench sip}, made by sipp, which needs a fraction of the CPU that our phones do. Nobody calls a second time. */
final class SippCalls implements AutoCloseable {

  private static final Path BENCHMARK = Path.of(System.getProperty("strowger.program"), "../../../benchmarks/sip.d").normalize();
  private static final int ACCOUNTS = 20;
  private static final int TALKS_MILLIS = 700;

  private final World world;
  private final Path work;
  private final Process carrier;

  /** @param work a folder for what sipp writes */
  SippCalls(World world, Path work) throws IOException {
    this.world = world;
    this.work = work;
    int port = Switch.freePort();
    carrier = sipp("carrier", "-sf", BENCHMARK.resolve("carrier.xml").toString(), "-i", "127.0.0.1", "-p", Integer.toString(port), "-mp", "26000");
    int group = world.group(world.carrier("127.0.0.1:" + port, world.tariff("", "1=0.30"), ""));
    int plan = world.plan(world.tariff("", "1=0.60"));
    var lines = new StringBuilder("SEQUENTIAL\n");
    for (int i = 0; i < ACCOUNTS; i++) {
      Subscriber one = world.account(plan, group, "1000000", "0");
      lines.append(one.name()).append(";1416555").append(1000 + i).append(";[authentication username=").append(one.name()).append(" password=").append(one.password()).append("]\n");
    }
    Files.writeString(work.resolve("calls.csv"), lines);
  }

  static boolean isThere() {
    return List.of(System.getenv("PATH").split(":")).stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, "sipp")));
  }

  private Process sipp(String name, String... options) throws IOException {
    var line = new java.util.ArrayList<>(List.of("sipp"));
    line.addAll(List.of(options));
    line.add("-nostdin");
    return new ProcessBuilder(line).directory(work.toFile()).redirectErrorStream(true).redirectOutput(work.resolve(name + ".out").toFile()).start();
  }

  /** Calls at this rate for so long; returns when all of them are over. @return how many of them failed */
  long failed(int perSecond, int seconds) throws Exception {
    Path counts = work.resolve("calls.stat");
    Files.deleteIfExists(counts);
    int calls = perSecond * seconds;
    Process caller = sipp("caller", "-sf", BENCHMARK.resolve("caller.xml").toString(), "-inf", work.resolve("calls.csv").toString(), world.at.sip(), "-i", "127.0.0.1", "-mp", "36000",
        "-r", Integer.toString(perSecond), "-m", Integer.toString(calls), "-d", Integer.toString(TALKS_MILLIS), "-l", "30000", "-trace_stat", "-stf", counts.toString(), "-fd", "1",
        "-timeout", Integer.toString(seconds + 60));
    try {
      assertThat(caller.waitFor(seconds + 90L, TimeUnit.SECONDS)).as("sipp ends").isTrue();
    } finally {
      end(caller);
    }
    List<String> lines = Files.readAllLines(counts);
    int column = List.of(lines.get(0).split(";")).indexOf("SuccessfulCall(C)");
    return calls - Long.parseLong(lines.get(lines.size() - 1).split(";")[column]);
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() throws Exception {
    end(carrier);
  }
}
