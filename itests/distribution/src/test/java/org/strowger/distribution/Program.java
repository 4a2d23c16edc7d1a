package org.strowger.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The shipped archive, unpacked: what an operator has. */
record Program(Path folder) {

  private static final Set<String> UNPACKED = new HashSet<>();

  static final Path WORK = Path.of(System.getProperty("strowger.work", "target/instances")).toAbsolutePath();

  /**
   * Functions of its script, then a few lines of their use.
   *
   * @param folder of which the lines know as FOLDER; LIB is the one with the functions
   * @param parts of the script, between blanks
   */
  Outcome bash(Path folder, String parts, String lines) {
    Path lib = this.folder.resolve("bin/strowger.d");
    return Outcome.of(Map.of("LIB", lib.toString(), "FOLDER", folder.toString()), 60, "bash", "-uc", "for part in " + parts + "; do . \"$LIB/$part.sh\"; done\n" + lines);
  }

  /** Unpacks the archive, once per name and run. */
  static synchronized Program unpack(String name) {
    Path folder = WORK.resolve(name);
    if (UNPACKED.add(name)) {
      Folders.delete(folder);
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Outcome unpacked = Outcome.of(Map.of(), 60, "tar", "-xzf", archive().toString(), "-C", folder.toString(), "--strip-components=1");
      if (unpacked.status() != 0) {
        throw new IllegalStateException(unpacked.toString());
      }
    }
    return new Program(folder);
  }

  private static Path archive() {
    Path archive = Path.of(System.getProperty("strowger.archive", "")).toAbsolutePath().normalize();
    if (!Files.isRegularFile(archive)) {
      throw new IllegalStateException(archive + " is not there: it is built by the module karaf-distribution in the phase package");
    }
    return archive;
  }

  /** A newer program: the same, but in one bundle's class one text is another. */
  Program withText(String artifact, String className, String text, String other) throws IOException {
    Path jar;
    try (Stream<Path> files = Files.walk(folder.resolve("system/org/strowger").resolve(artifact))) {
      jar = files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }
    String entry = className.replace('.', '/') + ".class";
    Map<String, byte[]> content = new LinkedHashMap<>();
    try (var file = new JarFile(jar.toFile())) {
      for (JarEntry each : file.stream().toList()) {
        byte[] bytes = file.getInputStream(each).readAllBytes();
        content.put(each.getName(), each.getName().equals(entry) ? replace(bytes, text, other) : bytes);
      }
    }
    if (!content.containsKey(entry)) {
      throw new IllegalArgumentException(jar + " has no " + entry);
    }
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (var each : content.entrySet()) {
        out.putNextEntry(new JarEntry(each.getKey()));
        out.write(each.getValue());
        out.closeEntry();
      }
    }
    return this;
  }

  private static byte[] replace(byte[] classFile, String text, String other) {
    var reader = new ClassReader(classFile);
    var writer = new ClassWriter(0);
    boolean[] found = {false};
    reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
      @Override
      public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
        return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
          @Override
          public void visitLdcInsn(Object value) {
            found[0] |= value.equals(text);
            super.visitLdcInsn(value.equals(text) ? other : value);
          }
        };
      }
    }, 0);
    if (!found[0]) {
      throw new IllegalArgumentException("the class has no text '" + text + "'");
    }
    return writer.toByteArray();
  }
}
