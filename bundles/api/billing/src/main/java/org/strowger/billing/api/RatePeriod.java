package org.strowger.billing.api;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.strowger.kernel.InvalidInput;

/**
 * Hours of some days of every week, in the tariff's time zone: {@code mon-fri 08:00-18:00}, {@code sat+sun 00:00-24:00},
 * {@code 18:00-08:00} (daily). A period that ends at or before its beginning goes on into the next day. Inclusive, then exclusive.
 *
 * @param days bit 0 is Monday
 * @param from minute of the day, 0 to 1439
 * @param until minute of the day, 1 to 1440
 */
public record RatePeriod(int days, int from, int until) {

  private static final String RULE = "is days and hours such as mon-fri 08:00-18:00, sat+sun 00:00-24:00, or hours alone";

  private static final int DAY = 1_440;
  private static final int EVERY_DAY = 0b111_1111;
  private static final List<String> NAMES = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final Pattern TEXT = Pattern.compile("(?:([a-z+-]+) )?([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])");

  /** @throws InvalidInput naming {@code field} */
  public static RatePeriod parse(String field, String text) {
    Matcher match = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw new InvalidInput(field, text, RULE);
    }
    int days = match.group(1) == null ? EVERY_DAY : days(match.group(1));
    int from = 60 * Integer.parseInt(match.group(2)) + Integer.parseInt(match.group(3));
    int until = 60 * Integer.parseInt(match.group(4)) + Integer.parseInt(match.group(5));
    if (days == 0 || from >= DAY || until > DAY) {
      throw new InvalidInput(field, text, RULE);
    }
    return new RatePeriod(days, from, until == 0 ? DAY : until);
  }

  private static int days(String text) {
    int days = 0;
    for (String part : text.split("\\+", -1)) {
      String[] ends = part.split("-", -1);
      int first = NAMES.indexOf(ends[0]);
      int last = NAMES.indexOf(ends[ends.length - 1]);
      if (ends.length > 2 || first < 0 || last < 0) {
        return 0;
      }
      for (int day = first; ; day = (day + 1) % 7) {
        days |= 1 << day;
        if (day == last) {
          break;
        }
      }
    }
    return days;
  }

  /** @param local in the tariff's time zone */
  public boolean contains(LocalDateTime local) {
    int minute = 60 * local.getHour() + local.getMinute();
    int today = local.getDayOfWeek().ordinal();
    if (from < until) {
      return isOn(today) && minute >= from && minute < until;
    }
    return isOn(today) && minute >= from || isOn((today + 6) % 7) && minute < until;
  }

  private boolean isOn(int day) {
    return (days & 1 << day) != 0;
  }

  /** In one spelling, so that equal periods are equal texts. */
  @Override
  public String toString() {
    String hours = String.format("%02d:%02d-%02d:%02d", from / 60, from % 60, until / 60, until % 60);
    if (days == EVERY_DAY) {
      return hours;
    }
    var text = new StringBuilder();
    for (int day = 0; day < 7; day++) {
      if (isOn(day)) {
        text.append(text.isEmpty() ? "" : "+").append(NAMES.get(day));
      }
    }
    return text + " " + hours;
  }
}
