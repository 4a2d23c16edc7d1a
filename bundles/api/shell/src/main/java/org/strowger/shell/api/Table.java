package org.strowger.shell.api;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a command prints: columns and rows, as a table for people or, with {@code --json}, as a list of
 * objects whose values are plain data. Not for use by several threads.
 */
public final class Table {

  private final List<String> columns;
  private final List<List<Object>> rows = new ArrayList<>();

  private Table(List<String> columns) {
    this.columns = columns;
  }

  /** @param columns names in JSON; people see them as they are */
  public static Table of(String... columns) {
    return new Table(List.of(columns));
  }

  /** Columns are the keys of the first row. */
  public static Table of(List<Map<String, Object>> data) {
    var table = new Table(data.isEmpty() ? List.of() : List.copyOf(data.get(0).keySet()));
    data.forEach(row -> table.rows.add(new ArrayList<>(row.values())));
    return table;
  }

  /** @param values as many as columns; null prints as nothing */
  public Table row(Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(columns.size() + " columns, " + values.length + " values");
    }
    rows.add(new ArrayList<>(Arrays.asList(values)));
    return this;
  }

  public void print(PrintStream out, boolean json) {
    if (json) {
      out.println(Json.print(asMaps()));
    } else {
      printForPeople(out);
    }
  }

  private List<Map<String, Object>> asMaps() {
    var maps = new ArrayList<Map<String, Object>>();
    for (List<Object> row : rows) {
      var map = new LinkedHashMap<String, Object>();
      for (int i = 0; i < columns.size(); i++) {
        map.put(columns.get(i), row.get(i));
      }
      maps.add(map);
    }
    return maps;
  }

  private void printForPeople(PrintStream out) {
    if (rows.isEmpty()) {
      out.println("(none)");
      return;
    }
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = Math.max(columns.get(i).length(), rows.stream().mapToInt(row -> text(row.get(column)).length()).max().orElse(0));
    }
    printRow(out, columns, widths);
    printRow(out, Arrays.stream(widths).mapToObj("─"::repeat).toList(), widths);
    rows.forEach(row -> printRow(out, row, widths));
  }

  private void printRow(PrintStream out, List<?> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = text(cells.get(i));
      String pad = " ".repeat(widths[i] - cell.length());
      boolean right = cells.get(i) instanceof Number;
      line.append(i == 0 ? "" : "  ").append(right ? pad + cell : cell + pad);
    }
    out.println(line.toString().stripTrailing());
  }

  /** One line, no control characters: what a peer sent must not steer the terminal. */
  private static String text(Object value) {
    return Objects.toString(value, "").replaceAll("\\p{Cntrl}", "?");
  }
}
