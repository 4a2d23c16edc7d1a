package org.strowger.instance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionalFeaturesTest {

  @TempDir Path etc;

  @Test
  void aListThatIsNotThereIsEmpty() throws IOException {
    assertThat(OptionalFeatures.read(etc.resolve("strowger.features"))).isEqualTo(OptionalFeatures.none());
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = etc.resolve("strowger.features");
    var list = new OptionalFeatures(new TreeSet<>(List.of("mvn:a/b/1/xml/features")), new TreeSet<>(List.of("management", "dncl")));

    list.write(file);

    assertThat(OptionalFeatures.read(file)).isEqualTo(list);
    assertThat(Files.readAllLines(file)).contains("feature dncl", "repository mvn:a/b/1/xml/features").first().asString().startsWith("#");
  }

  @Test
  void aLineThatIsNeitherIsNamed() throws IOException {
    Path file = Files.writeString(etc.resolve("strowger.features"), "# mine\n\nfeature one\nfeatures two\n");

    assertThatThrownBy(() -> OptionalFeatures.read(file)).isInstanceOf(IOException.class)
        .hasMessageContaining("line 4").hasMessageContaining("features two");
  }
}
