package org.strowger.routing.internal.model;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Checked;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** A way out in a routing group: these numbers can go by this carrier. */
public record EntryTerms(
    @Setting(help = "Id of the carrier.") CarrierId carrier,
    @Setting(help = "Leading digits of the numbers it takes; + # and letters match only as written. None: every number.", optional = true, max = EntryTerms.MAX_PREFIXES) List<String> prefixes,
    @Setting(help = "The higher is tried first, under the policy PREFERENCE.", initial = "0", min = 0, max = 1000) int preference,
    @Setting(help = "The lower is tried first, under the policy ENTRY_ORDER and between equals.", initial = "0", min = 0, max = 1000) int order,
    @Setting(help = "Is passed over.", initial = "false") boolean blocked) implements Checked {

  public static final int MAX_PREFIXES = 100_000;
  public static final Shape<EntryTerms> SHAPE = Shape.of(EntryTerms.class, "RouteEntry");

  private static final int LONGEST = 64;
  private static final Pattern PREFIX = Pattern.compile("[0-9A-Za-z+#*][0-9A-Za-z+#*._-]{0," + (LONGEST - 1) + "}");

  public EntryTerms {
    // In the order given while a rule is broken: it is named by its place.
    prefixes = prefixes.stream().allMatch(prefix -> PREFIX.matcher(prefix).matches()) ? List.copyOf(new TreeSet<>(prefixes)) : List.copyOf(prefixes);
  }

  @Override
  public void check() {
    for (int i = 0; i < prefixes.size(); i++) {
      if (!PREFIX.matcher(prefixes.get(i)).matches()) {
        throw new InvalidInput("prefixes[" + i + "]", prefixes.get(i), "has 1 to " + LONGEST + " digits, letters and + # * . _ -, and does not begin with . _ -");
      }
    }
  }
}
