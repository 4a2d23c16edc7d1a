package org.strowger.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.strowger.routing.internal.model.Entry;
import org.strowger.routing.internal.model.GroupTerms.Policy;
import org.strowger.routing.internal.model.Match;

class GroupRoutesTest {

  private static List<String> matches(Policy policy, String cld, Entry... entries) {
    return new GroupRoutes(Sample.group(1, policy, entries)).match(cld).stream().map(match -> match.entry().id() + ":" + match.prefix()).toList();
  }

  @Test
  void longestPrefixOfEachEntryCounts() {
    Entry first = Sample.entry(1, 1, 5, 0, "4", "44", "4420", "49");
    Entry second = Sample.entry(2, 2, 1, 0, "442");
    assertThat(matches(Policy.PREFERENCE, "442071", first, second)).containsExactly("1:4420", "2:442");
    assertThat(matches(Policy.PREFERENCE, "4421", first, second)).containsExactly("1:44", "2:442");
    assertThat(matches(Policy.PREFERENCE, "4", first, second)).containsExactly("1:4");
    assertThat(matches(Policy.PREFERENCE, "1", first, second)).isEmpty();
  }

  @Test
  void entryWithoutPrefixesTakesEveryNumberEvenAName() {
    Entry all = Sample.entry(1, 1, 0, 0);
    Entry some = Sample.entry(2, 2, 9, 0, "44");
    assertThat(matches(Policy.PREFERENCE, "1", all, some)).containsExactly("1:");
    assertThat(matches(Policy.PREFERENCE, "441", all, some)).containsExactly("2:44", "1:");
    assertThat(matches(Policy.PREFERENCE, "alice", all, some)).containsExactly("1:");
  }

  @Test
  void preferenceOrLengthOrOrderDecides() {
    Entry[] entries = {Sample.entry(1, 1, 3, 2, "44"), Sample.entry(2, 2, 7, 3, "4"), Sample.entry(3, 3, 3, 1, "442"), Sample.entry(4, 4, 3, 1, "44")};
    assertThat(matches(Policy.PREFERENCE, "442", entries)).containsExactly("2:4", "3:442", "4:44", "1:44");
    assertThat(matches(Policy.PREFIX_LENGTH, "442", entries)).containsExactly("3:442", "4:44", "1:44", "2:4");
    assertThat(matches(Policy.ENTRY_ORDER, "442", entries)).containsExactly("3:442", "4:44", "1:44", "2:4");
  }

  @Test
  void otherCharactersMatchOnlyAsWritten() {
    Entry entry = Sample.entry(1, 1, 0, 0, "+44", "53872#", "ab.c");
    assertThat(matches(Policy.PREFERENCE, "+4420", entry)).containsExactly("1:+44");
    assertThat(matches(Policy.PREFERENCE, "53872#1", entry)).containsExactly("1:53872#");
    assertThat(matches(Policy.PREFERENCE, "abxc", entry)).isEmpty();
    assertThat(matches(Policy.PREFERENCE, "4420", entry)).isEmpty();
  }

  @Test
  void findsWhatASearchThroughAllFinds() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      Policy policy = Policy.values()[random.nextInt(Policy.values().length)];
      var entries = new ArrayList<Entry>();
      for (int id = 1; id <= 1 + random.nextInt(8); id++) {
        var prefixes = new ArrayList<String>();
        for (int i = random.nextInt(40); i > 0; i--) {
          prefixes.add(digits(random, 1 + random.nextInt(4)));
        }
        entries.add(Sample.entry(id, id, random.nextInt(4), random.nextInt(3), prefixes.toArray(String[]::new)));
      }
      var routes = new GroupRoutes(Sample.group(1, policy, entries.toArray(Entry[]::new)));
      for (int i = 0; i < 50; i++) {
        String number = digits(random, random.nextInt(7));
        assertThat(routes.match(number)).as("%s, round %d, seed %d", number, round, seed).isEqualTo(search(policy, entries, number));
      }
    }
  }

  private static String digits(Random random, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('1' + random.nextInt(4)));
    }
    return text.toString();
  }

  /** As the rule reads: no index, no cleverness. */
  private static List<Match> search(Policy policy, List<Entry> entries, String number) {
    var found = new ArrayList<Match>();
    for (Entry entry : entries) {
      if (entry.terms().prefixes().isEmpty()) {
        found.add(new Match(entry, ""));
      } else {
        entry.terms().prefixes().stream().filter(number::startsWith).max(Comparator.comparingInt(String::length))
            .ifPresent(prefix -> found.add(new Match(entry, prefix)));
      }
    }
    found.sort((a, b) -> {
      int first = switch (policy) {
        case PREFERENCE -> b.entry().terms().preference() - a.entry().terms().preference();
        case PREFIX_LENGTH -> b.prefix().length() - a.prefix().length();
        case ENTRY_ORDER -> 0;
      };
      int second = a.entry().terms().order() - b.entry().terms().order();
      return first != 0 ? first : second != 0 ? second : a.entry().id() - b.entry().id();
    });
    return found;
  }
}
