package org.strowger.laws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What stands between the angle brackets of a class: of itself, its methods and fields; a component of a record is a method too.
 * bnd compares types without it, and whoever was compiled against a list of the one gets a ClassCastException from a list of the other.
 */
final class Generics extends ClassVisitor {

  /** JVM signatures (JVMS 4.7.9.1) by member, named as bnd names it: {@code receive(java.util.List)}; the class itself is "". */
  private final Map<String, String> signatures = new HashMap<>();

  private Generics() {
    super(Opcodes.ASM9);
  }

  static Map<String, String> of(Path classFile) {
    var generics = new Generics();
    try {
      new ClassReader(Files.readAllBytes(classFile)).accept(generics, ClassReader.SKIP_CODE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return generics.signatures;
  }

  @Override
  public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
    keep("", signature);
  }

  @Override
  public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
    keep(name, signature);
    return null;
  }

  @Override
  public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
    keep(name + Arrays.stream(Type.getArgumentTypes(descriptor)).map(Type::getClassName).collect(Collectors.joining(",", "(", ")")), signature);
    return null;
  }

  private void keep(String member, String signature) {
    if (signature != null) {
      signatures.put(member, signature);
    }
  }
}
