package org.strowger.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.RecordComponentVisitor;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * What one class file says.
 *
 * @param name the class, with dots
 * @param mentions every class it mentions in signatures, code or annotations
 * @param annotations the classes of its own annotations
 * @param calls methods its code calls, as {@code java.time.Instant.now}
 * @param words string constants in its code
 * @param featureIds of {@code @AccountSettings}
 * @param settings names of the components of such a record
 * @param floating whether a field, a signature or an instruction has a double or a float
 */
record ClassFacts(String name, boolean isInterface, boolean isPublic, boolean isSealed, boolean isAnnotation, Set<String> mentions,
    Set<String> annotations, Set<String> calls, Set<String> words, boolean floating, List<String> featureIds,
    List<String> settings) {

  String packageName() {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  boolean isNested() {
    return name.contains("$");
  }

  static ClassFacts of(byte[] classFile) {
    var reader = new Reader();
    new ClassReader(classFile).accept(new ClassRemapper(reader, reader.mentioned), ClassReader.SKIP_DEBUG);
    return reader.facts();
  }

  private static final class Reader extends ClassVisitor {
    /** A {@code LinkedHashMap} in order of use can't be made without saying it; whoever counts with it is found by what it does. */
    private static final float LOAD_FACTOR = 0.75f;
    private final Set<String> mentions = new TreeSet<>();
    private final Set<String> annotations = new TreeSet<>();
    private final Set<String> calls = new TreeSet<>();
    private final Set<String> words = new TreeSet<>();
    private final List<String> featureIds = new ArrayList<>();
    private final List<String> components = new ArrayList<>();
    private boolean floating;
    private boolean sealed;
    private int access;
    private String name;
    private boolean isOrderedMap;

    final Remapper mentioned = new Remapper(Opcodes.ASM9) {
      @Override
      public String map(String internalName) {
        mentions.add(internalName.replace('/', '.'));
        return internalName;
      }
    };

    Reader() {
      super(Opcodes.ASM9);
    }

    ClassFacts facts() {
      boolean annotation = (access & Opcodes.ACC_ANNOTATION) != 0;
      return new ClassFacts(name, (access & Opcodes.ACC_INTERFACE) != 0 && !annotation, (access & Opcodes.ACC_PUBLIC) != 0, sealed, annotation,
          mentions, annotations, calls, words, floating, featureIds, featureIds.isEmpty() ? List.of() : components);
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
      this.access = access;
      this.name = name.replace('/', '.');
      this.isOrderedMap = "java/util/LinkedHashMap".equals(superName);
    }

    @Override
    public void visitPermittedSubclass(String permitted) {
      sealed = true;
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      String type = Type.getType(descriptor).getClassName();
      annotations.add(type);
      return new AnnotationVisitor(Opcodes.ASM9) {
        @Override
        public void visit(String key, Object value) {
          if (type.endsWith(".AccountSettings") && key.equals("feature")) {
            featureIds.add(value.toString());
          }
        }
      };
    }

    /** A visitor that wants nothing: without one the annotations are not mentioned. */
    @Override
    public RecordComponentVisitor visitRecordComponent(String name, String descriptor, String signature) {
      components.add(name);
      return new RecordComponentVisitor(Opcodes.ASM9) {};
    }

    @Override
    public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
      floating |= isFloating(descriptor);
      return new FieldVisitor(Opcodes.ASM9) {};
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
      floating |= isFloating(descriptor) && !(isOrderedMap && name.equals("<init>"));
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitMethodInsn(int opcode, String owner, String method, String descriptor, boolean isInterface) {
          calls.add(owner.replace('/', '.') + "." + method + (descriptor.startsWith("()") ? "" : "(…)"));
        }

        @Override
        public void visitInvokeDynamicInsn(String method, String descriptor, org.objectweb.asm.Handle bootstrap, Object... arguments) {
          for (Object argument : arguments) {
            if (argument instanceof org.objectweb.asm.Handle handle) {
              calls.add(handle.getOwner().replace('/', '.') + "." + handle.getName() + (handle.getDesc().startsWith("()") ? "" : "(…)"));
            }
          }
        }

        @Override
        public void visitLdcInsn(Object value) {
          if (value instanceof String word) {
            words.add(word);
          }
          floating |= value instanceof Double || value instanceof Float number && number != LOAD_FACTOR;
        }

        @Override
        public void visitInsn(int opcode) {
          floating |= opcode == Opcodes.I2D || opcode == Opcodes.L2D || opcode == Opcodes.I2F || opcode == Opcodes.L2F
              || opcode == Opcodes.DADD || opcode == Opcodes.DMUL || opcode == Opcodes.DDIV || opcode == Opcodes.DSUB
              || opcode == Opcodes.FADD || opcode == Opcodes.FMUL || opcode == Opcodes.FDIV || opcode == Opcodes.FSUB;
        }
      };
    }

    private static boolean isFloating(String descriptor) {
      for (Type type : descriptor.startsWith("(") ? with(Type.getArgumentTypes(descriptor), Type.getReturnType(descriptor))
          : List.of(Type.getType(descriptor))) {
        Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
        if (element.getSort() == Type.DOUBLE || element.getSort() == Type.FLOAT
            || element.getClassName().equals("java.lang.Double") || element.getClassName().equals("java.lang.Float")) {
          return true;
        }
      }
      return false;
    }

    private static List<Type> with(Type[] arguments, Type result) {
      var all = new ArrayList<>(List.of(arguments));
      all.add(result);
      return all;
    }
  }
}
