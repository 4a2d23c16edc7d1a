package org.strowger.ledger.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.strowger.billing.api.CallEnd;
import org.strowger.billing.api.CallFacts;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CallId;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.CustomerId;
import org.strowger.ledger.internal.Write.Extended;
import org.strowger.ledger.internal.Write.Journaled;
import org.strowger.ledger.internal.Write.Settled;

/**
 * A line of the local journal: CRC-32C in eight hexadecimal digits, then fields parted by tabs, the first says which, and
 * in which format: {@code H1} a heartbeat, {@code A1} an answered call, {@code X1} more talking time, {@code S1} the end of a call. A letter alone, as
 * it was first written, is of format 1.
 */
final class Line {

  private static final String NULL = "\\N";
  private static final int CHECKSUM = 8;

  private Line() {}

  static String print(Instant heartbeat) {
    return new Fields().add("H1").add(heartbeat).line();
  }

  static String print(Write write) {
    var out = new Fields();
    if (write instanceof Journaled call) {
      out.add("A1").add(call.connectTime()).add(call.granted()).add(call.nextSlice()).add(ShareText.print(call.shares()));
      facts(out, call.facts());
    } else if (write instanceof Extended call) {
      out.add("X1").add(call.call().value()).add(call.granted()).add(call.nextSlice());
    } else if (write instanceof Settled call) {
      CallEnd end = call.end;
      out.add("S1").add(end.connectTime()).add(end.endTime()).add(end.duration().toNanos()).add(end.result()).add(end.reason()).add(end.releaseSource());
      out.add(end.ringing() == null ? null : end.ringing().toNanos()).add(call.granted).add(call.crashed).add(ShareText.print(call.shares));
      facts(out, call.facts);
    }
    return out.line();
  }

  private static void facts(Fields out, CallFacts f) {
    out.add(f.call().value()).add(f.sipCallId()).add(f.customer() == null ? null : f.customer().value()).add(f.caller() == null ? null : f.caller().value());
    out.add(f.callee() == null ? null : f.callee().value()).add(f.carrier() == null ? null : f.carrier().value());
    out.add(f.cliIn()).add(f.cldIn()).add(f.cli()).add(f.cld()).add(f.setupTime());
    out.add(f.remoteIp()).add(f.userAgent()).add(f.protocol()).add(f.pAssertedId()).add(f.remotePartyId());
  }

  /**
   * @return an {@link Instant} for a heartbeat, else a {@link Write}
   * @throws IllegalArgumentException if it is not whole
   */
  static Object parse(String line) {
    if (line.length() <= CHECKSUM || !line.substring(0, CHECKSUM).equals(checksum(line.substring(CHECKSUM)))) {
      throw new IllegalArgumentException("the checksum is wrong");
    }
    var in = new Reader(line.substring(CHECKSUM + 1).split("\t", -1));
    return switch (in.text()) {
      case "H1", "H" -> in.time();
      case "A1", "A" -> answered(in);
      case "X1", "X" -> new Extended(new CallId(in.number()), in.number(), in.number());
      case "S1", "S" -> settled(in);
      default -> throw new IllegalArgumentException("there is no such kind of line");
    };
  }

  private static Journaled answered(Reader in) {
    Instant connected = in.time();
    long granted = in.number();
    long nextSlice = in.number();
    var shares = ShareText.parse(in.text());
    CallFacts facts = facts(in);
    return new Journaled(facts.call(), facts, connected, shares, granted, nextSlice);
  }

  private static Settled settled(Reader in) {
    Instant connected = in.time();
    Instant ended = in.time();
    Duration duration = Duration.ofNanos(in.number());
    int result = (int) in.number();
    String reason = in.text();
    var source = CallEnd.ReleaseSource.valueOf(in.text());
    String ringing = in.text();
    long granted = in.number();
    boolean crashed = Boolean.parseBoolean(in.text());
    var shares = ShareText.parse(in.text());
    var end = new CallEnd(connected, ended, duration, result, reason, source, ringing == null ? null : Duration.ofNanos(Long.parseLong(ringing)));
    return new Settled(facts(in), end, shares, granted, crashed, true);
  }

  private static CallFacts facts(Reader in) {
    return new CallFacts(new CallId(in.number()), in.text(), in.id(CustomerId::new), in.id(AccountId::new), in.id(AccountId::new), in.id(CarrierId::new),
        in.text(), in.text(), in.text(), in.text(), in.time(), in.text(), in.text(), in.text(), in.text(), in.text());
  }

  private static String checksum(String text) {
    var sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(sum.getValue());
  }

  private static final class Fields {

    private final StringBuilder out = new StringBuilder(400);

    Fields add(Object value) {
      out.append('\t').append(value == null ? NULL : value.toString().replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"));
      return this;
    }

    String line() {
      return checksum(out.toString()) + out + '\n';
    }
  }

  private static final class Reader {

    private final List<String> fields = new ArrayList<>();
    private int at;

    Reader(String[] raw) {
      for (String field : raw) {
        fields.add(field.equals(NULL) ? null : plain(field));
      }
    }

    private static String plain(String field) {
      var out = new StringBuilder(field.length());
      for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        if (c == '\\' && i + 1 < field.length()) {
          c = switch (field.charAt(++i)) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> '\\';
          };
        }
        out.append(c);
      }
      return out.toString();
    }

    String text() {
      if (at == fields.size()) {
        throw new IllegalArgumentException("it is too short");
      }
      return fields.get(at++);
    }

    long number() {
      return Long.parseLong(text());
    }

    Instant time() {
      String text = text();
      return text == null ? null : Instant.parse(text);
    }

    <T> T id(IntFunction<T> type) {
      String text = text();
      return text == null ? null : type.apply(Integer.parseInt(text));
    }
  }
}
