package org.strowger.laws;

import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import aQute.bnd.version.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a package shows to others, as bnd sees it: its types and their members, each with what it would be to those who implement
 * or call it if it were added, and if it were taken away; below it, as PARAMETER, its type arguments, which bnd does not see. As text it stands in {@code itests/laws/contracts}.
 */
record Signature(String name, Version version, Tree tree) {

  private static final Set<Type> TYPES = EnumSet.of(Type.CLASS, Type.INTERFACE, Type.ENUM, Type.ANNOTATION);
  private static final Set<String> INHERITED = Set.of("clone()", "finalize()");

  /** The exported packages of a built bundle. */
  static List<Signature> of(Bundle bundle) {
    var found = new ArrayList<Signature>();
    try (var jar = new Jar(bundle.path(), bundle.folder().resolve("target/classes").toFile())) {
      Tree api = new DiffPluginImpl().tree(jar).get("<api>");
      for (Clause export : bundle.header("Export-Package")) {
        Tree.Data shown = api.get(export.name()).serialize();
        withGenerics(shown, Map.of(), bundle.folder().resolve("target/classes"));
        found.add(new Signature(export.name(), new Version(export.attributes().get("version")), new DiffPluginImpl().deserialize(shown)));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(bundle.path() + " cannot be read", e);
    }
  }

  /** @param generics of the class the element is in */
  private static void withGenerics(Tree.Data element, Map<String, String> generics, Path classes) {
    Map<String, String> within = generics;
    String own = null;
    if (TYPES.contains(element.type)) {
      within = Generics.of(classes.resolve(element.name.replace('.', '/') + ".class"));
      own = within.get("");
    } else if (element.type == Type.METHOD || element.type == Type.FIELD) {
      own = generics.get(element.name);
    }
    var children = new ArrayList<>(element.children == null ? List.of() : List.of(element.children));
    for (Tree.Data child : children) {
      withGenerics(child, within, classes);
    }
    if (own != null) {
      var generic = new Tree.Data();
      generic.name = own;
      generic.type = Type.PARAMETER;
      generic.add = Delta.MAJOR;
      generic.rem = Delta.MAJOR;
      children.add(generic);
    }
    element.children = children.toArray(Tree.Data[]::new);
  }

  String print() {
    var text = new StringBuilder(name + " " + version + "\n");
    for (Tree child : tree.getChildren()) {
      print(child, "  ", text);
    }
    return text.toString();
  }

  private static void print(Tree element, String indent, StringBuilder text) {
    if ((element.ifAdded() == Delta.IGNORED && element.ifRemoved() == Delta.IGNORED) || isOfJava(element)) {
      return;
    }
    String name = element.getName().replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    text.append(indent).append(element.getType()).append(' ').append(element.ifAdded()).append('/').append(element.ifRemoved()).append(' ').append(name).append('\n');
    for (Tree child : element.getChildren()) {
      print(child, indent + "  ", text);
    }
  }

  /** What every class has of the JDK that builds it. */
  private static boolean isOfJava(Tree element) {
    return element.getName().startsWith("jdk.internal.") || (element.getType() == Type.METHOD && INHERITED.contains(element.getName()));
  }

  /** Without what no version depends on: as it is written and read again. */
  Signature plain() {
    return parse(Path.of(name), print().lines().toList());
  }

  static Signature parse(Path file, List<String> lines) {
    try {
      String[] head = lines.get(0).split(" ");
      var root = new Tree.Data();
      root.name = head[0];
      root.type = Type.PACKAGE;
      root.add = Delta.MINOR;
      root.rem = Delta.MAJOR;
      int[] next = {1};
      root.children = children(lines, next, 2);
      return new Signature(head[0], new Version(head[1]), new DiffPluginImpl().deserialize(root));
    } catch (Exception e) {
      throw new IllegalStateException(file + " is no signature", e);
    }
  }

  private static Tree.Data[] children(List<String> lines, int[] next, int indent) {
    var found = new ArrayList<Tree.Data>();
    while (next[0] < lines.size() && indent(lines.get(next[0])) == indent) {
      String[] words = lines.get(next[0]++).substring(indent).split(" ", 3);
      var one = new Tree.Data();
      one.type = Type.valueOf(words[0]);
      one.add = Delta.valueOf(words[1].split("/")[0]);
      one.rem = Delta.valueOf(words[1].split("/")[1]);
      one.name = words[2];
      one.children = children(lines, next, indent + 2);
      found.add(one);
    }
    return found.toArray(Tree.Data[]::new);
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }
}
