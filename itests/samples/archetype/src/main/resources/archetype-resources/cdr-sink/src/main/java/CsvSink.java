package ${package};

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.spi.CdrSink;

/** Appends every CDR to a CSV file. */
@Component(configurationPid = "${package}.csv", configurationPolicy = ConfigurationPolicy.REQUIRE, property = "plugin.id=${artifactId}")
@Designate(ocd = CsvConfig.class)
public final class CsvSink implements CdrSink {

  private final Path file;

  @Activate
  public CsvSink(CsvConfig config) {
    if (config.file() == null || config.file().isBlank()) {
      throw new IllegalArgumentException("file is required: where to append");
    }
    file = Path.of(System.getProperty("strowger.home", ".")).resolve(config.file()).toAbsolutePath();
  }

  /** On disk as a whole before it returns, or not at all: a line that a crash cut off is cut away, its batch comes again. Locked, so that nobody else writes between. */
  @Override
  public void receive(List<Cdr> batch) throws IOException {
    Files.createDirectories(file.getParent());
    var lines = ByteBuffer.wrap(batch.stream().map(CsvSink::line).collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8));
    try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE); var alone = channel.lock()) {
      long before = wholeLines(channel);
      channel.truncate(before);
      try {
        channel.position(before);
        while (lines.hasRemaining()) {
          channel.write(lines);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
    }
  }

  /** How far the file goes up to its last line break. */
  private static long wholeLines(FileChannel channel) throws IOException {
    var last = ByteBuffer.allocate(1);
    long end = channel.size();
    while (end > 0 && channel.read(last.clear(), end - 1) == 1 && last.get(0) != '\n') {
      end--;
    }
    return end;
  }

  private static String line(Cdr cdr) {
    Object amount = cdr.cost() == null ? null : cdr.cost().amount().toPlainString();
    Object currency = cdr.cost() == null ? null : cdr.cost().currency();
    return Stream.of(cdr.id(), cdr.call().call(), cdr.call().setupTime(), cdr.call().cli(), cdr.call().cld(), cdr.end().result(), cdr.billedSeconds(), cdr.payer(), amount, currency,
        cdr.end().reason()).map(CsvSink::cell).collect(Collectors.joining(",", "", "\n"));
  }

  private static String cell(Object value) {
    String text = value == null ? "" : value.toString();
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
