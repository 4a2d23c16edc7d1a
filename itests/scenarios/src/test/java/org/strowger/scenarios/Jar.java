package org.strowger.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle made by a test: from classes of the test, or from another one as a newer build of it that answers differently. */
record Jar(Manifest manifest, Map<String, byte[]> entries) {

  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int STRING = 8;
  private static final int METHOD_HANDLE = 15;
  private static final int METHOD_TYPE = 16;
  private static final int MODULE = 19;
  private static final int PACKAGE = 20;
  private static final int SIPUSH = 0x11;

  static Jar made(String name, Map<String, String> headers, List<Class<?>> classes) throws IOException {
    var manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", name);
    headers.forEach(main::putValue);
    var entries = new LinkedHashMap<String, byte[]>();
    for (Class<?> top : classes) {
      for (Class<?> each : withNested(top)) {
        String entry = each.getName().replace('.', '/') + ".class";
        try (InputStream code = top.getResourceAsStream("/" + entry)) {
          entries.put(entry, code.readAllBytes());
        }
      }
    }
    return new Jar(manifest, entries);
  }

  private static List<Class<?>> withNested(Class<?> top) {
    var all = new ArrayList<Class<?>>(List.of(top));
    all.addAll(List.of(top.getDeclaredClasses()));
    return all;
  }

  static Jar read(Path file) throws IOException {
    var entries = new LinkedHashMap<String, byte[]>();
    try (var jar = new JarInputStream(Files.newInputStream(file))) {
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), jar.readAllBytes());
        }
      }
      return new Jar(jar.getManifest(), entries);
    }
  }

  String name() {
    return manifest.getMainAttributes().getValue("Bundle-SymbolicName").replaceAll(";.*", "");
  }

  String version() {
    return manifest.getMainAttributes().getValue("Bundle-Version");
  }

  /** With another version. */
  Jar as(String version) {
    var newer = new Manifest(manifest);
    newer.getMainAttributes().putValue("Bundle-Version", version);
    return new Jar(newer, entries);
  }

  /** With another text in the constants of its classes: of strings, and of names of what they use. */
  Jar saying(String old, String other) throws IOException {
    var changed = new LinkedHashMap<>(entries);
    boolean found = false;
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (entry.getKey().endsWith(".class")) {
        byte[] code = rewritten(entry.getValue(), old, other);
        found |= code != entry.getValue();
        changed.put(entry.getKey(), code);
      }
    }
    assertThat(found).as("a class of %s says %s", name(), old).isTrue();
    return new Jar(manifest, changed);
  }

  /** With another status in the code of one class: where it says {@code sipush}, as it does for numbers of three digits. */
  Jar answering(String type, int old, int other) {
    String entry = type.replace('.', '/') + ".class";
    byte[] code = entries.get(entry).clone();
    int found = 0;
    for (int i = 0; i + 2 < code.length; i++) {
      if (code[i] == SIPUSH && code[i + 1] == (byte) (old >> 8) && code[i + 2] == (byte) old) {
        code[i + 1] = (byte) (other >> 8);
        code[i + 2] = (byte) other;
        found++;
      }
    }
    assertThat(found).as("places where %s says %s", type, old).isOne();
    var changed = new LinkedHashMap<>(entries);
    changed.put(entry, code);
    return new Jar(manifest, changed);
  }

  /** With another text in the descriptions of its components. */
  Jar describing(String old, String other) {
    var changed = new LinkedHashMap<>(entries);
    changed.replaceAll((entry, bytes) -> entry.startsWith("OSGI-INF/") && entry.endsWith(".xml") ? new String(bytes, StandardCharsets.UTF_8).replace(old, other).getBytes(StandardCharsets.UTF_8) : bytes);
    assertThat(changed.entrySet().stream().anyMatch(entry -> !Arrays.equals(entry.getValue(), entries.get(entry.getKey())))).as("a component of %s is described by %s", name(), old).isTrue();
    return new Jar(manifest, changed);
  }

  /** The same array if it does not say so. JVMS 4.4: the table of constants stands before all else. */
  private static byte[] rewritten(byte[] code, String old, String other) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(code));
    var bytes = new ByteArrayOutputStream(code.length + 64);
    var out = new DataOutputStream(bytes);
    out.writeLong(in.readLong()); // magic and version
    int count = in.readUnsignedShort();
    out.writeShort(count);
    boolean found = false;
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      out.writeByte(tag);
      switch (tag) {
        case UTF8 -> {
          String text = in.readUTF();
          found |= text.equals(old);
          out.writeUTF(text.equals(old) ? other : text);
        }
        case LONG, DOUBLE -> {
          out.writeLong(in.readLong());
          i++;
        }
        case CLASS, STRING, METHOD_TYPE, MODULE, PACKAGE -> out.writeShort(in.readUnsignedShort());
        case METHOD_HANDLE -> {
          out.writeByte(in.readUnsignedByte());
          out.writeShort(in.readUnsignedShort());
        }
        default -> out.writeInt(in.readInt());
      }
    }
    if (!found) {
      return code;
    }
    in.transferTo(out);
    return bytes.toByteArray();
  }

  /** In one step: who looks for it sees the whole or nothing. */
  Path write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path made = Files.createTempFile(file.getParent(), "made", ".tmp");
    try (var jar = new JarOutputStream(Files.newOutputStream(made), manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
    }
    return Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
