package org.strowger.dncl.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.dnc.spi.DncStatus;
import org.strowger.dncl.internal.DncLists.Answer;
import org.strowger.dncl.internal.DncLists.Known;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** Lists and numbers as people and programs see them. */
@Component(service = DnclView.class)
public final class DnclView {

  /** A list. @param since when what answers now was read */
  public record Line(String list, String side, String state, long numbers, @Setting(optional = true) Instant since, String onFailure, @Setting(max = 4096) String detail) {}

  /** What one list says of a number. @param answer listed, not listed, or unknown */
  public record Finding(String list, String side, String answer, @Setting(max = 4096) String detail) {}

  public static final Shape<Line> LINE = Shape.of(Line.class, "DncList");
  public static final Shape<Finding> FINDING = Shape.of(Finding.class, "DncFinding");

  private final DncLists lists;

  @Activate
  public DnclView(@Reference DncLists lists) {
    this.lists = lists;
  }

  public List<Map<String, Object>> all() {
    return lines(lists.all());
  }

  private List<Map<String, Object>> lines(List<Known> wanted) {
    List<DncStatus> states = lists.upkeep().status(wanted);
    return IntStream.range(0, wanted.size()).mapToObj(i -> line(wanted.get(i), states.get(i))).toList();
  }

  private static Map<String, Object> line(Known list, DncStatus status) {
    return LINE.encode(new Line(list.name(), side(list), status.state().name(), status.numbers(), status.since(), list.open() ? "open" : "closed", status.detail()));
  }

  private static String side(Known list) {
    return list.side().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Asks every list of both sides, as a call would, and waits. */
  public List<Map<String, Object>> check(String number) {
    String digits = DncLists.digits(number);
    if (digits.isEmpty()) {
      throw new InvalidInput("number", number, "is 1 to 18 digits; write it as calls have it at the stage of the lookup");
    }
    var findings = new ArrayList<Map<String, Object>>();
    for (Known list : lists.all()) {
      findings.add(FINDING.encode(ask(list, digits)));
    }
    return findings;
  }

  private Finding ask(Known list, String digits) {
    Answer answer = lists.ask(list, digits).join();
    if (answer instanceof Answer.Unknown unknown) {
      return new Finding(list.name(), side(list), "unknown", unknown.why());
    }
    return new Finding(list.name(), side(list), answer instanceof Answer.Listed ? "listed" : "not listed", "");
  }

  /** @param name null for all of them */
  public List<Map<String, Object>> reload(String name) {
    List<Known> wanted = name == null ? lists.all() : List.of(lists.named(name));
    wanted.forEach(lists.upkeep()::reload);
    return lines(wanted);
  }

  public List<String> names() {
    return lists.all().stream().map(Known::name).toList();
  }
}
