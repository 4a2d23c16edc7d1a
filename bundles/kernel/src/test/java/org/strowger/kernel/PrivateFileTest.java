package org.strowger.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {

  @TempDir Path folder;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void isItsOwnersAloneAndWhole() throws IOException {
    Path file = folder.resolve("secret");
    PrivateFile.write(file, "Schlüssel\n");
    assertThat(Files.readString(file)).isEqualTo("Schlüssel\n");
    assertThat(mode(file)).isEqualTo("rw-------");
    PrivateFile.write(file, "another");
    assertThat(Files.readString(file)).isEqualTo("another");
    assertThat(folder).isDirectoryNotContaining("glob:**.half");
  }

  @Test
  void takesThePlaceOfOneThatOthersCouldReadAndOfAHalfOne() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Path half = Files.writeString(folder.resolve("secret.half"), "what a crash left");
    Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-r--r--"));
    PrivateFile.write(file, "new");
    assertThat(Files.readString(file)).isEqualTo("new");
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void staysAsItWasWhereNothingCanBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "old");
    Files.createDirectories(folder.resolve("secret.half/full"));
    assertThatThrownBy(() -> PrivateFile.write(file, "new")).isInstanceOf(IOException.class);
    assertThat(Files.readString(file)).isEqualTo("old");
  }
}
