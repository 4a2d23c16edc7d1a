package org.strowger.calls.api;

import java.util.List;
import java.util.Map;

/**
 * A regular expression of Python's dialect, parsed. A matcher of our own, {@link ExpressionMatch}, because every step of it
 * must be counted: java.util.regex can only be watched where it reads a character, and much of its work reads none.
 *
 * @param groups how many groups capture
 * @param names of groups, with their numbers
 */
record Expression(Node root, int groups, Map<String, Integer> names) {

  /** No upper bound of a repeat. */
  static final int ENDLESS = Integer.MAX_VALUE;

  sealed interface Node {}

  /** One character of a set. */
  record One(Characters set) implements Node {}

  record Sequence(List<Node> parts) implements Node {}

  record Choice(List<Node> alternatives) implements Node {}

  record Group(int number, Node body) implements Node {}

  record Repeat(Node body, int min, int max, boolean lazy) implements Node {}

  /** What was captured, again. */
  record Again(int group) implements Node {}

  /** Looks ahead, or behind where {@code width} is not negative. */
  record Look(Node body, int width, boolean negative) implements Node {}

  enum Edge implements Node { BEGIN, END, VERY_END, WORD, NO_WORD }

  /** How many characters a node takes, whatever it matches; -1 if that varies. */
  static int width(Node node) {
    if (node instanceof One) {
      return 1;
    } else if (node instanceof Sequence sequence) {
      int sum = 0;
      for (Node part : sequence.parts()) {
        int width = width(part);
        if (width < 0) {
          return -1;
        }
        sum += width;
      }
      return sum;
    } else if (node instanceof Choice choice) {
      int first = width(choice.alternatives().get(0));
      return choice.alternatives().stream().allMatch(each -> width(each) == first) ? first : -1;
    } else if (node instanceof Group group) {
      return width(group.body());
    } else if (node instanceof Repeat repeat) {
      int body = width(repeat.body());
      long whole = (long) body * repeat.min();
      return body < 0 || repeat.min() != repeat.max() || whole > TranslationRule.MAX_INPUT ? -1 : (int) whole;
    }
    return node instanceof Again ? -1 : 0;
  }
}
